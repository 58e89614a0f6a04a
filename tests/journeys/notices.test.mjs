// The manager's announcements: said in five languages, an alert asked for twice, told to the displays, taken back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, Person, at, browser, shots, violations } from "./hall.mjs";
import { join } from "node:path";

const LANGUAGES = ["uz-Latn", "uz-Cyrl", "ru", "kaa", "en"];
const PAGE = "/manager/notices";

let hall;
before(async () => { hall = await Hall.open(); });
after(async () => { await hall.close(); await browser.close(); });

/** What a display is told besides what the hall's file says. */
async function told() {
  const headers = { authorization: `Bearer ${hall.facts.display_token}` };
  const { notices } = await (await fetch(`${hall.url}/api/v1/display`, { headers })).json();
  return notices.filter(notice => /^[0-9a-f-]{36}$/.test(notice.id));
}

async function write(page, severity, words) {
  await page.locator("label.pill", { has: page.locator(`input[value="${severity}"]`) }).click();
  for (const language of LANGUAGES) await page.locator(`[name="title-${language}"]`).fill(`${words} (${language})`);
}

const announced = page => at(page, "announced").locator("li");

test("a manager announces something, in every language or not at all, and takes it back", async () => {
  const manager = await Person.arrive(hall);
  const { page } = manager;
  await manager.signIn(hall.facts.manager);
  await page.goto("/manager");
  await page.locator(`a[href="${PAGE}"]`).first().click();
  await page.waitForURL(url => url.pathname === PAGE);
  const before = await announced(page).count();
  assert.deepEqual(await violations(page), []);
  await write(page, "moderate", "No water until noon");
  await page.locator('[name="title-kaa"]').fill("");
  await at(page, "announce").click();
  assert.ok(await page.locator('[name="title-kaa"]:invalid').count(), "the browser asks for the language that is missing");
  assert.deepEqual(await told(), []);
  await page.locator('[name="title-kaa"]').fill("No water until noon (kaa)");
  await at(page, "announce").click();
  await page.waitForFunction(n => document.querySelectorAll('[data-testid="announced"] li').length === n, before + 1);
  const [notice] = await told();
  assert.equal(notice.severity, "moderate");
  assert.equal(notice.title.kaa, "No water until noon (kaa)");
  for (const language of LANGUAGES) {
    await page.goto(`${PAGE}?lang=${language}`);
    const text = await page.locator("main").innerText();
    assert.match(text, new RegExp(`\\(${language}\\)`), "each reads it in their own language");
    assert.doesNotMatch(text, /\b(hall|console|problem)\.[a-z-]+\.[a-z-]+|[{}]/, "a key or a placeholder shows");
    assert.deepEqual(await violations(page), []);
  }
  await page.screenshot({ path: join(shots, "notices.png"), fullPage: true });
  await at(page, "withdraw").click();
  await page.waitForFunction(n => document.querySelectorAll('[data-testid="announced"] li').length === n, before);
  assert.deepEqual(await told(), []);
  await manager.leave();
});

test("an alert is asked for once more, with what was typed, and then stands first", async () => {
  const manager = await Person.arrive(hall);
  const { page } = manager;
  await manager.signIn(hall.facts.manager);
  await page.goto(PAGE);
  await write(page, "extreme", "Leave the building");
  await at(page, "announce").click();
  await at(page, "alert").waitFor();
  assert.deepEqual(await told(), [], "nothing is shown before it is sure");
  assert.equal(await page.locator('[name="title-ru"]').inputValue(), "Leave the building (ru)", "nothing is typed twice");
  assert.equal(await page.locator('[name="sure"]:focus').count(), 1, "the question has the keys");
  assert.deepEqual(await violations(page), []);
  await page.screenshot({ path: join(shots, "notices-alert.png"), fullPage: true });
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="announced"] li.ill').waitFor();
  assert.equal((await told())[0].severity, "extreme");
  assert.match(await announced(page).first().innerText(), /Leave the building/);
  await manager.leave();
});

test("a clerk announces nothing", async () => {
  const person = await Person.arrive(hall);
  await person.signIn(hall.facts.clerks[1]);
  const answer = await person.page.goto(PAGE);
  assert.equal(answer.status(), 403);
  await person.leave();
});
