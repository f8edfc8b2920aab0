// Sends a folder: announced first, small files together, large ones in pieces; goes on after any break from what is here.
const TOGETHER = 200, BYTES = 4 << 20, SMALL = 1 << 20, PIECE = 8 << 20, TRIES = 6, HASHED = 32 << 20;

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const wait = (ms) => new Promise((wake) => setTimeout(wake, ms));

class Sender {
  constructor(box) {
    this.box = box;
    this.api = box.dataset.upload;
    this.stopped = false;
    this.done = 0;
    this.failed = 0;
    this.all = 0;
  }

  // Tries again for a while when nobody answers; an answer that says no is final.
  async ask(method, path, body, type) {
    for (let tried = 1; ; tried += 1) {
      if (this.stopped) throw new Error("stopped");
      try {
        const headers = { "x-csrf": this.box.dataset.csrf, Accept: "application/json" };
        if (type) headers["content-type"] = type;
        const answer = await fetch(this.api + path, { method, body, headers });
        if (answer.ok || answer.status === 409) return { status: answer.status, told: await answer.json() };
        const told = await answer.json().catch(() => ({}));
        if (answer.status < 500) throw Object.assign(new Error(told.detail ?? told.title ?? `refused (${answer.status})`), { final: true });
        throw new Error(`not answered (${answer.status})`);
      } catch (error) {
        if (error.final || this.stopped || tried >= TRIES) throw error;
        this.say(`No answer; trying again (${tried} of ${TRIES - 1}).`);
        await wait(500 * 2 ** tried);
      }
    }
  }

  say(more = "") {
    const line = this.box.querySelector("[data-so-far]");
    line.textContent = `${this.done} of ${this.all} files are here${this.failed ? `, ${this.failed} failed` : ""}. ${more}`;
    const bar = this.box.querySelector("[data-progress]");
    bar.hidden = false;
    bar.max = Math.max(1, this.all);
    bar.value = this.done + this.failed;
  }

  fail(file, reason) {
    this.failed += 1;
    const list = this.box.querySelector("[data-failed]");
    if (list.childElementCount < 200) list.append(Object.assign(document.createElement("li"), { textContent: `${file.path}: ${reason}` }));
  }

  async digest(file) {
    if (!globalThis.crypto?.subtle || file.size > HASHED) return "";
    return hex(await crypto.subtle.digest("SHA-256", await file.blob.arrayBuffer()));
  }

  settle(file, settled) {
    if (settled.state === "taken") this.done += 1; else if (settled.state === "failed") this.fail(file, settled.reason);
  }

  // Gives the files that still have to be sent.
  async announce(files) {
    const open = [];
    for (let at = 0; at < files.length; at += TOGETHER) {
      const some = files.slice(at, at + TOGETHER);
      const readable = [];
      for (const file of some) {
        try { readable.push({ path: file.path, size: file.size, sha256: await this.digest(file), file }); } catch (error) { this.fail(file, `cannot be read here: ${error.message}`); }
      }
      const { status, told } = await this.ask("POST", "/files", JSON.stringify({ files: readable.map(({ path, size, sha256 }) => ({ path, size, sha256 })) }), "application/json");
      if (status !== 200) throw new Error(told.detail ?? "the files cannot be announced");
      told.files.forEach((settled, index) => {
        const file = Object.assign(readable[index].file, { position: settled.position, here: settled.here });
        if (settled.state === "taken") this.done += 1; else open.push(file);
      });
      this.say(`Looking: ${Math.min(at + TOGETHER, files.length)} of ${files.length}.`);
    }
    return open;
  }

  async together(files) {
    const form = new FormData();
    for (const file of files) form.append(String(file.position), file.blob, "f");
    const { told } = await this.ask("POST", "/bytes", form);
    const by = new Map(files.map((file) => [file.position, file]));
    for (const settled of told.files ?? []) this.settle(by.get(settled.position), settled);
    this.say();
  }

  async pieces(file) {
    let at = file.here ?? 0;
    for (;;) {
      const piece = file.blob.slice(at, at + PIECE);
      const { status, told } = await this.ask("PUT", `/files/${file.position}?offset=${at}`, piece, "application/octet-stream");
      if (status === 409) {
        const here = Number.parseInt(told.detail?.match(/(\d+) bytes are here/)?.[1] ?? "", 10);
        if (Number.isNaN(here) || here === at) throw new Error(told.detail ?? "the pieces do not fit");
        at = here;
        continue;
      }
      const [settled] = told.files;
      if (settled.state !== "waiting") return this.settle(file, settled);
      at = settled.here;
      this.say(`${file.path}: ${Math.floor((at / Math.max(1, file.size)) * 100)} %`);
    }
  }

  async send(files) {
    this.all = files.length;
    this.say("Looking at what is here already.");
    const open = await this.announce(files);
    let some = [], bytes = 0;
    for (const file of open) {
      if (file.size > SMALL) {
        try { await this.pieces(file); } catch (error) { if (this.stopped || !error.final) throw error; this.fail(file, error.message); }
        continue;
      }
      some.push(file);
      bytes += file.size;
      if (some.length >= TOGETHER || bytes > BYTES) { await this.together(some); some = []; bytes = 0; }
    }
    if (some.length) await this.together(some);
    this.say(this.failed ? "Done; what failed is named below." : "Done.");
  }
}

export function uploads() {
  const box = document.querySelector("[data-upload]");
  if (!box) return;
  const stop = box.querySelector("[data-stop]");
  box.addEventListener("change", async (event) => {
    const files = [...(event.target.files ?? [])].map((blob) => ({ blob, path: blob.webkitRelativePath || blob.name, size: blob.size }));
    if (!files.length) return;
    const sender = new Sender(box);
    stop.hidden = false;
    stop.onclick = () => { sender.stopped = true; };
    box.querySelector("[data-failed]").replaceChildren();
    try { await sender.send(files); } catch (error) { sender.say(sender.stopped ? "Stopped. Choose the same folder to go on." : `Broke off: ${error.message}. Choose the same folder to go on.`); }
    stop.hidden = true;
    box.dataset.finished = "1";
  });
}
