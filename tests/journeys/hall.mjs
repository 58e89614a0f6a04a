// A real hall and a real browser for a journey: the hub as a process, Debian's Chromium, pages that must not complain.
//
// Nothing waits for a clock: every wait is for something the page or the process shows, with a limit.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";

const tools = createRequire(join(process.env.NAVBAT_TOOLS, "package.json"));
const { chromium } = tools("playwright-core");
export const axeSource = tools("axe-core").source;

const binaries = process.env.NAVBAT_BIN;
export const shots = process.env.NAVBAT_SHOTS || "/tmp";
mkdirSync(shots, { recursive: true });

const CHROMIUM = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: CHROMIUM });

/** A hub on its own folder; it can be killed and come back at the same address. */
export class Hall {
  static async open() {
    const hall = new Hall();
    hall.folder = mkdtempSync(join(shots, "hall-"));
    await hall.start("127.0.0.1:0");
    return hall;
  }

  async start(listen) {
    const hub = join(binaries, "hub");
    this.process = spawn(hub, ["demo", "--json", "--data", this.folder, "--listen", listen], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: this.process.stdout });
    const first = await new Promise((resolve, reject) => {
      lines.once("line", resolve);
      this.process.once("exit", code => reject(new Error(`the hub ended with ${code}`)));
    });
    this.facts = JSON.parse(first);
    this.url = this.facts.url.replace(/\/$/, "");
  }

  /** SIGKILL, and the end of the process. */
  async kill() {
    const ended = new Promise(resolve => this.process.once("exit", resolve));
    this.process.kill("SIGKILL");
    await ended;
  }

  async comeBack() {
    await this.start(new URL(this.url).host);
  }

  async close() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A ticket on paper, as a kiosk takes it. */
  async ticket(service, extra = {}) {
    const taken = await this.post("/api/v1/tickets", { service, language: "uz-Latn", ...extra }, this.facts.device_token, 201);
    await this.post(`/api/v1/tickets/${taken.ticket_id}/printed`, {}, this.facts.device_token, 200);
    return taken;
  }

  async post(path, body, token, expected) {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const sent = JSON.stringify({ command_id: uuid(), ...body });
    const reply = await fetch(this.url + path, { method: "POST", headers, body: sent });
    if (reply.status !== expected) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  }
}

/** A person with a browser of their own. */
export class Person {
  static async arrive(hall, options = {}) {
    const person = new Person();
    person.context = await browser.newContext({ baseURL: hall.url, viewport: { width: 1366, height: 768 }, ...options });
    person.complaints = [];
    person.page = await person.tab();
    return person;
  }

  async tab() {
    const page = await this.context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", error => this.complaints.push(`${error}`));
    page.on("console", message => {
      // A hub that was killed is not a fault of the page.
      if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text())) this.complaints.push(message.text());
    });
    return page;
  }

  async signIn({ name, pin }) {
    await this.page.goto("/");
    await at(this.page, "sign-in-name").fill(name);
    await at(this.page, "sign-in-pin").fill(pin);
    await at(this.page, "sign-in-submit").click();
    await this.page.waitForURL(url => !url.pathname.includes("sign-in"));
  }

  /** Signs a clerk in and opens their counter. */
  async sitDown(clerk) {
    await this.signIn(clerk);
    await this.page.locator(`[data-testid="open-${clerk.counter}"], [data-testid="go-${clerk.counter}"]`).click();
    await this.page.waitForURL(new RegExp(`/counters/${clerk.counter}$`));
  }

  async leave() {
    await this.context.close();
    if (this.complaints.length > 0) throw new Error(`the page complained:\n${this.complaints.join("\n")}`);
  }
}

/** An element by its name for tests. */
export const at = (page, name) => page.locator(`[data-testid="${name}"]`).first();

/** Waits until an element says something that fits. */
export async function says(page, name, wanted) {
  const fits = text => (wanted instanceof RegExp ? wanted.test(text) : text === String(wanted));
  let last = "nothing";
  for (const until = Date.now() + 20_000; Date.now() < until; await nextFrame(page)) {
    last = ((await at(page, name).textContent().catch(() => null)) ?? "nothing").trim();
    if (fits(last)) return last;
  }
  throw new Error(`${name} says ${JSON.stringify(last)}, not ${wanted}`);
}

/** Waits until the counter's stage is the wanted one. */
export const stage = (page, wanted) => page.locator(`[data-testid="stage"][data-stage="${wanted}"]`).waitFor();

/** Waits until the page holds a live line to the hub. */
export const live = page => page.locator('[data-testid="link-state"][data-state="up"]').waitFor();

const nextFrame = page => page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => resolve())));

/** Accessibility violations of the page as it stands. */
export async function violations(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map(v => `${v.id}: ${v.help} (${v.nodes.map(node => node.target.join(" ")).join(", ")})`);
}

export function uuid() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
