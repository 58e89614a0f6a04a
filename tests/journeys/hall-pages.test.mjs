// What everyone else sees: the manager's live figures, five languages, and pages that any reader can read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, Person, at, browser, live, says, shots, stage, violations } from "./hall.mjs";
import { join } from "node:path";

const LANGUAGES = ["uz-Latn", "uz-Cyrl", "ru", "kaa", "en"];

let hall;
before(async () => { hall = await Hall.open(); });
after(async () => { await hall.close(); await browser.close(); });

const clerk = counter => hall.facts.clerks.find(one => one.counter === counter);

test("the manager's page counts what happens without a reload", async () => {
  const manager = await Person.arrive(hall);
  await manager.signIn(hall.facts.manager);
  const { page } = manager;
  await live(page);
  const waiting = Number(await says(page, "hall-waiting", /^\d+$/));
  const issued = Number(await says(page, "hall-issued", /^\d+$/));
  const served = Number(await says(page, "hall-served", /^\d+$/));
  await page.evaluate(() => { globalThis.neverReloaded = true; });
  await hall.ticket("A01");
  await hall.ticket("A01");
  await says(page, "hall-waiting", waiting + 2);
  await says(page, "hall-issued", issued + 2);
  const desk = await Person.arrive(hall);
  await desk.sitDown(clerk("1"));
  await live(desk.page);
  await desk.page.keyboard.press("F2");
  await stage(desk.page, "called");
  await says(page, "hall-waiting", waiting + 1);
  await says(page, "hall-at-counters", /^[1-9]\d*$/);
  await desk.page.keyboard.press("F8");
  await stage(desk.page, "serving");
  await desk.page.keyboard.press("F8");
  await stage(desk.page, "free");
  await says(page, "hall-served", served + 1);
  await page.locator('[data-testid="service-load"] tr[data-service="A01"]').waitFor();
  await at(page, "hours-chart").waitFor();
  assert.ok(await page.evaluate(() => globalThis.neverReloaded), "the page was reloaded");
  await page.screenshot({ path: join(shots, "manager.png"), fullPage: true });
  await at(desk.page, "close").click();
  await desk.leave();
  await manager.leave();
});

test("a clerk does not see the manager's page", async () => {
  const person = await Person.arrive(hall);
  await person.signIn(clerk("2"));
  const answer = await person.page.goto("/manager");
  assert.ok(answer.status() === 403 || !answer.url().endsWith("/manager"), `${answer.status()} ${answer.url()}`);
  assert.equal(await at(person.page, "hall-served").count(), 0);
  await person.leave();
});

test("every page speaks all five languages", async () => {
  const person = await Person.arrive(hall);
  const { page } = person;
  const heard = { door: new Set(), desk: new Set(), hall: new Set() };
  const hear = async (name, language) => {
    assert.equal(await page.locator("html").getAttribute("lang"), language);
    const text = await page.locator("main").innerText();
    assert.doesNotMatch(text, /\b(hall|console|problem)\.[a-z-]+\.[a-z-]+|[{}]/, "a key or a placeholder shows");
    heard[name].add(text);
  };
  for (const language of LANGUAGES) {
    await page.goto(`/?lang=${language}`);
    await hear("door", language);
  }
  await person.sitDown(clerk("3"));
  for (const language of LANGUAGES) {
    await page.goto(`/counters/3?lang=${language}`);
    await hear("desk", language);
  }
  const manager = await Person.arrive(hall);
  await manager.signIn(hall.facts.manager);
  for (const language of LANGUAGES) {
    await manager.page.goto(`/manager?lang=${language}`);
    assert.equal(await manager.page.locator("html").getAttribute("lang"), language);
    heard.hall.add(await manager.page.locator("main").innerText());
  }
  for (const [name, texts] of Object.entries(heard)) assert.equal(texts.size, LANGUAGES.length, `${name} repeats a language`);
  await at(page, "close").click();
  await person.leave();
  await manager.leave();
});

test("a visitor's own ticket page says where it stands", async () => {
  const { ticket_id, number } = await hall.ticket("M01");
  const person = await Person.arrive(hall);
  await person.page.goto(`/t/${ticket_id}`);
  await says(person.page, "number", number);
  await says(person.page, "stage", /\p{L}{3}/u);
  assert.deepEqual(await violations(person.page), []);
  await person.leave();
});

test("a visitor gives the ticket up on a small phone", async () => {
  const { ticket_id } = await hall.ticket("M01");
  const person = await Person.arrive(hall, { viewport: { width: 360, height: 740 } });
  const { page } = person;
  await page.goto(`/t/${ticket_id}`);
  await stage(page, "waiting");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, "nothing stands beyond the edge");
  await at(page, "give-up-open").click();
  assert.deepEqual(await violations(page), []);
  await at(page, "give-up").click();
  await stage(page, "closed");
  assert.equal(await at(page, "give-up-open").count(), 0);
  await person.leave();
});

test("what a scanner types that is no code is said on the clerk's page, and the page stays", async () => {
  const person = await Person.arrive(hall);
  const { page } = person;
  await person.signIn(clerk("3"));
  await at(page, "open-3").click();
  await live(page);
  const waiting = Number(await says(page, "waiting-count", /^\d+$/));
  await at(page, "admit-open").click();
  await page.locator('[data-testid="admit-code"]:focus').waitFor();
  await page.keyboard.type("A1-");
  await hall.ticket("E01");
  await says(page, "waiting-count", waiting + 1);
  await page.keyboard.type("001");
  await page.keyboard.press("Enter");
  await says(page, "notice", /\p{L}{3}/u);
  assert.equal(await at(page, "admit-code").inputValue(), "A1-001", "so that it can be mended");
  await stage(page, "free");
  await at(page, "close").click();
  await person.leave();
});

test("the reception desk gives a ticket to someone who cannot use the kiosk, and finds it again", async () => {
  const person = await Person.arrive(hall);
  const { page } = person;
  await person.signIn(clerk("2"));
  await page.goto("/reception");
  await at(page, "reception-service").selectOption("M01");
  await at(page, "reception-give").click();
  const number = await says(page, "number", /^M-\d+$/);
  await at(page, "reception-number").fill(number);
  await at(page, "reception-find").click();
  await says(page, "number", number);
  await stage(page, "waiting");
  assert.deepEqual(await violations(page), []);
  await at(page, "reception-cancel").click();
  await stage(page, "closed");
  await person.leave();
});

test("axe finds nothing on any console page", async () => {
  const found = {};
  const look = async (page, name) => {
    const said = await violations(page);
    if (said.length > 0) found[name] = said;
    await page.screenshot({ path: join(shots, `${name}.png`) });
  };
  await hall.ticket("O01");
  await hall.ticket("O01", { class: "statutory" });
  const person = await Person.arrive(hall);
  const { page } = person;
  await page.goto("/");
  await look(page, "sign-in");
  await page.goto("/nowhere");
  await look(page, "nowhere");
  await person.signIn(clerk("4"));
  await look(page, "counters");
  await at(page, "open-4").click();
  await stage(page, "free");
  await live(page);
  await look(page, "counter-free");
  await at(page, "pause-open").click();
  await look(page, "counter-pause-drawer");
  await at(page, "pause").click();
  await stage(page, "paused");
  await look(page, "counter-paused");
  await page.keyboard.press("F8");
  await stage(page, "free");
  await page.keyboard.press("F2");
  await stage(page, "called");
  await look(page, "counter-called");
  await page.keyboard.press("F8");
  await stage(page, "serving");
  for (const drawer of ["hold", "transfer"]) {
    await at(page, `${drawer}-open`).click();
    await look(page, `counter-${drawer}-drawer`);
    await page.keyboard.press("Escape");
  }
  await look(page, "counter-serving");
  for (const language of LANGUAGES) {
    await page.goto(`/counters/4?lang=${language}`);
    await live(page);
    await look(page, `counter-${language}`);
  }
  await page.keyboard.press("F8");
  await stage(page, "free");
  const manager = await Person.arrive(hall);
  await manager.signIn(hall.facts.manager);
  await live(manager.page);
  for (const language of LANGUAGES) {
    await manager.page.goto(`/manager?lang=${language}`);
    await look(manager.page, `manager-${language}`);
  }
  for (const [name, address] of [["kiosks", "/manager/kiosks"], ["paper-80", "/manager/paper"], ["paper-58", "/manager/paper?mm=58"]]) {
    await manager.page.goto(address);
    await look(manager.page, name);
  }
  const narrow = await Person.arrive(hall, { viewport: { width: 800, height: 600 }, reducedMotion: "reduce" });
  await narrow.signIn(clerk("2"));
  await look(narrow.page, "counters-narrow");
  await at(page, "close").click();
  await stage(page, "closed");
  await look(page, "counter-closed");
  await hall.kill();
  await page.locator('[data-testid="link-state"][data-state="down"]').waitFor();
  await look(page, "counter-hub-lost");
  await hall.comeBack();
  assert.deepEqual(found, {});
  for (const one of [person, manager, narrow]) await one.leave();
});
