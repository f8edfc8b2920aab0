import fs from "node:fs";
import { launch } from "./harness/browser.mjs";
const out = fs.readFileSync("/tmp/boarddemo/out","utf8");
const pw = (n)=>out.match(new RegExp(`sign-in: \\S+ ${n} (\\S+)`))[1];
export const U="http://127.0.0.1:18733"; export const c=fs.readFileSync("/tmp/boarddemo/case","utf8");
export async function enter(opts={}) {
  const browser=await launch("/usr/bin/chromium");
  const ctx=await browser.newContext({viewport:{width:opts.width??1440,height:900},colorScheme:opts.scheme??"light",locale:"en-GB",javaScriptEnabled:opts.scripts??true,reducedMotion:"reduce"});
  const page=await ctx.newPage();
  page.on("pageerror",e=>console.log("PAGEERROR",e.message)); page.on("console",m=>["error","warning"].includes(m.type())&&console.log("CONSOLE",m.text()));
  await page.goto(U+"/sign-in"); await page.fill("input[name=name], input[type=text]","jonas"); await page.fill("input[type=password]",pw("jonas")); await page.click("button:not([type=button])"); await page.waitForLoadState("load");
  return {browser,page};
}
if (process.argv[1].endsWith("tmp_shot.mjs")) {
const {browser,page}=await enter();
await page.goto(`${U}/cases/${c}/board`); await page.waitForSelector("[data-board][data-ready]"); await page.waitForFunction(()=>!("arranging" in document.querySelector("[data-board]").dataset));
await page.waitForTimeout(500);
await page.screenshot({path:"/tmp/boarddemo/b1.png",fullPage:true});
const info=await page.evaluate(()=>{const b=document.querySelector("[data-board]").board; return [...b.state.nodes.values()].map(n=>[n.caption,n.record,n.x,n.y])}); console.log(info);
// expand all subjects
for (const [,rec] of info) await page.evaluate(async (r)=>{await document.querySelector("[data-board]").board.expand(r)},rec);
await page.evaluate(()=>document.querySelector("[data-board]").board.arrange("force")); await page.waitForTimeout(200);
await page.waitForFunction(()=>!("arranging" in document.querySelector("[data-board]").dataset)); await page.waitForTimeout(600);
await page.screenshot({path:"/tmp/boarddemo/b2.png",fullPage:true});
await page.locator("canvas").focus(); await page.keyboard.press("ArrowRight"); await page.keyboard.press("n"); await page.keyboard.press("Enter"); await page.waitForTimeout(300);
await page.screenshot({path:"/tmp/boarddemo/b3.png"});
console.log(await page.evaluate(()=>{const b=document.querySelector("[data-board]").board; return [b.state.nodes.size,b.state.edges.size,b.state.steps, b.picture.frames.slice(-5), document.activeElement.outerHTML.slice(0,100), document.getElementById("live").textContent]}));
await browser.close();
}
