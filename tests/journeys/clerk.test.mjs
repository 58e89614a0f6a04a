// A clerk's day in the browser: every key of the counter, two counters, two tabs, no JavaScript, a hub that dies.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Hall, Person, at, browser, live, says, stage } from "./hall.mjs";

let hall;
before(async () => { hall = await Hall.open(); });
after(async () => { await hall.close(); await browser.close(); });

const clerk = counter => hall.facts.clerks.find(one => one.counter === counter);

test("a clerk calls, serves and finishes by keyboard", async () => {
  const { number } = await hall.ticket("A01");
  const person = await Person.arrive(hall);
  await person.sitDown(clerk("1"));
  const { page } = person;
  await live(page);
  await says(page, "waiting-count", 1);
  await page.keyboard.press("F2");
  await says(page, "number", number);
  await stage(page, "called");
  await says(page, "waiting-count", 0);
  await page.keyboard.press("F8");
  await stage(page, "serving");
  await page.locator('input[name="outcome"]').nth(1).check({ force: true });
  await page.keyboard.press("F8");
  await stage(page, "free");
  await says(page, "number", "—");
  await at(page, "close").click();
  await stage(page, "closed");
  await person.leave();
});

test("F4 calls the same visitor again, not sooner than allowed", async () => {
  const { number } = await hall.ticket("A01");
  const person = await Person.arrive(hall);
  await person.sitDown(clerk("1"));
  const { page } = person;
  await live(page);
  await page.keyboard.press("F2");
  await says(page, "number", number);
  const before = await calls(number);
  // Too soon the key rests or the hub says so in a sentence; ten seconds after the call it calls again.
  await again(page, () => page.keyboard.press("F4"), async () => (await calls(number)) > before);
  await says(page, "number", number);
  await page.keyboard.press("F9");
  await stage(page, "free");
  await at(page, "close").click();
  await stage(page, "closed");
  await person.leave();
});

test("hold, resume, transfer, no-show, undo, pause and back", async () => {
  const first = await hall.ticket("A01");
  const person = await Person.arrive(hall);
  await person.sitDown(clerk("1"));
  const { page } = person;
  await live(page);
  await page.keyboard.press("F2");
  await says(page, "number", first.number);
  await page.keyboard.press("F8");
  await stage(page, "serving");

  await at(page, "hold-open").click();
  await at(page, "hold-reason").selectOption({ index: 0 });
  await at(page, "hold").click();
  await stage(page, "free");
  await says(page, "held", new RegExp(first.number));
  await at(page, "resume").click();
  await says(page, "number", first.number);
  await stage(page, "serving");

  await at(page, "transfer-open").click();
  const target = await page.locator('[data-testid="transfer-to"] option[value*="M0"]').first().getAttribute("value");
  await at(page, "transfer-to").selectOption(target);
  await at(page, "transfer").click();
  await stage(page, "free");

  await at(page, "undo").click();
  await says(page, "number", first.number);
  await stage(page, "serving");
  await page.keyboard.press("F8");
  await stage(page, "free");

  const second = await hall.ticket("A01");
  await says(page, "waiting-count", 1);
  await page.keyboard.press("F2");
  await says(page, "number", second.number);
  await page.keyboard.press("F9");
  await stage(page, "free");
  await at(page, "undo").click();
  await stage(page, "called");
  await page.keyboard.press("F9");
  await stage(page, "free");

  await at(page, "pause-open").click();
  await at(page, "pause-reason").selectOption({ index: 0 });
  await at(page, "pause").click();
  await stage(page, "paused");
  await page.keyboard.press("F8");
  await stage(page, "free");
  await at(page, "close").click();
  await stage(page, "closed");
  await person.leave();
});

test("two counters and two tabs press F2 at once: nobody gets the same ticket", async () => {
  const people = [await Person.arrive(hall), await Person.arrive(hall)];
  await people[0].sitDown(clerk("1"));
  await people[1].sitDown(clerk("2"));
  const twin = await people[0].tab();
  await twin.goto("/counters/1");
  const pages = [people[0].page, people[1].page, twin];
  const seen = [];
  for (let round = 0; round < 5; round += 1) {
    for (let n = 0; n < 3; n += 1) await hall.ticket("A01");
    await Promise.all(pages.map(live));
    for (const page of pages) await stage(page, "free");
    await Promise.all(pages.map(page => page.keyboard.press("F2")));
    await Promise.all(pages.map(page => stage(page, "called")));
    const shown = await Promise.all(pages.map(page => at(page, "number").textContent()));
    assert.equal(shown[0], shown[2], "two tabs of one counter show one ticket");
    assert.notEqual(shown[0], shown[1], "two counters never show the same ticket");
    seen.push(shown[0], shown[1]);
    for (const page of pages.slice(0, 2)) {
      await page.keyboard.press("F9");
      await stage(page, "free");
    }
    await stage(twin, "free");
  }
  assert.equal(new Set(seen).size, seen.length, `a ticket was called twice: ${seen}`);
  for (const page of pages.slice(0, 2)) {
    await at(page, "close").click();
    await stage(page, "closed");
  }
  for (const person of people) await person.leave();
});

test("without JavaScript every step is a form", async () => {
  const { number } = await hall.ticket("O01");
  const person = await Person.arrive(hall, { javaScriptEnabled: false });
  await person.sitDown(clerk("4"));
  const { page } = person;
  const press = async (name, wanted) => {
    await at(page, name).click();
    await stage(page, wanted);
  };
  await press("call-next", "called");
  assert.equal((await at(page, "number").textContent()).trim(), number);
  await press("start", "serving");
  await at(page, "hold-open").click();
  await press("hold", "free");
  await press("resume", "serving");
  await press("complete", "free");
  await at(page, "pause-open").click();
  await press("pause", "paused");
  await press("open", "free");
  await press("close", "closed");
  await person.leave();
});

test("when the hub dies the page says so and rests; when it is back, the keys work", async () => {
  const person = await Person.arrive(hall);
  await person.sitDown(clerk("3"));
  const { page } = person;
  await live(page);
  const { number } = await hall.ticket("K01");
  await says(page, "waiting-count", 1);
  await hall.kill();
  await page.locator('[data-testid="link-state"][data-state="down"]').waitFor();
  await page.locator("#lost").waitFor({ state: "visible" });
  assert.ok(await at(page, "call-next").isDisabled(), "keys rest while the hub is away");
  await page.keyboard.press("F2");
  await hall.comeBack();
  await live(page);
  await page.locator("#lost").waitFor({ state: "hidden" });
  await stage(page, "free");
  await page.keyboard.press("F2");
  await says(page, "number", number);
  await page.keyboard.press("F9");
  await stage(page, "free");
  await at(page, "close").click();
  await person.leave();
});

test("a wrong PIN is refused in a sentence and opens nothing", async () => {
  const person = await Person.arrive(hall);
  const { page } = person;
  await page.goto("/");
  await at(page, "sign-in-name").fill(clerk("1").name);
  await at(page, "sign-in-pin").fill("000000");
  await at(page, "sign-in-submit").click();
  await says(page, "sign-in-fault", /\p{L}{3}/u);
  await page.goto("/counters");
  await at(page, "sign-in-name").waitFor();
  await person.leave();
});

/** How often the board has called a number. */
async function calls(number) {
  const reply = await fetch(`${hall.url}/api/v1/board`, { headers: { authorization: `Bearer ${hall.facts.device_token}` } });
  const board = await reply.json();
  return board.calls.find(call => call.number === number)?.call_seq ?? 0;
}

/** Does something until it has its effect: the page decides when it may. */
async function again(page, act, done) {
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    await act();
    // A page that draws nothing may never be called idle, so idleness has a deadline.
    await page.evaluate(() => new Promise(resolve => requestIdleCallback(resolve, { timeout: 500 })).then(() => true));
    if (await done()) return;
  }
  throw new Error("it never had its effect");
}
