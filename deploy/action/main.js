// The action of action.yml, in plain Node: no dependencies, no build step.
"use strict";

const fs = require("node:fs");

const COMMANDS = ["create", "wait", "status", "destroy"];
const POLL_MILLIS = 3_000;

// How long a pull request may have no environment, or one of another commit.
const PATIENCE_MILLIS = 30_000;
const LONGEST_REQUEST_MILLIS = 60_000;
const LONGEST_MINUTES = 360;

// A token that GitHub issues is valid for some minutes; a newer one is asked for before that.
const TOKEN_MILLIS = 120_000;

class Failure extends Error {}

function input(name) {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
}

function read() {
  const command = input("command") || "create";
  if (!COMMANDS.includes(command)) {
    throw new Failure(`command has to be one of ${COMMANDS.join(", ")}, and not "${command}"`);
  }
  const server = input("server").replace(/\/+$/, "");
  if (!/^https?:\/\/[^/?#@\s]+$/.test(server)) {
    throw new Failure(`server has to be a URL such as https://ephemeral.example.com, and not "${server}"`);
  }
  const minutes = Number(input("timeout") || "15");
  if (!(minutes > 0 && minutes <= LONGEST_MINUTES)) {
    throw new Failure(`timeout has to be a number of minutes, at most ${LONGEST_MINUTES}, and not "${input("timeout")}"`);
  }
  const wait = input("wait") || "true";
  if (!["true", "false"].includes(wait)) {
    throw new Failure(`wait has to be true or false, and not "${wait}"`);
  }
  const event = readEvent();
  const number = input("number") || String(event.pull_request?.number ?? event.issue?.number ?? "");
  if (!/^[1-9][0-9]{0,8}$/.test(number)) {
    throw new Failure(
      input("number")
        ? `number has to be that of a pull request, and not "${input("number")}"`
        : "this workflow does not run for a pull request; say which one with: number",
    );
  }
  const isOfEvent = String(event.pull_request?.number) === number;
  const host = new URL(process.env.GITHUB_SERVER_URL || "https://github.com").host;
  const app = input("app");
  const query = app ? `?app=${encodeURIComponent(app)}` : "";
  return {
    command,
    server,
    number,
    waits: wait === "true",
    patientUntil: Date.now() + PATIENCE_MILLIS,
    until: Date.now() + minutes * 60_000,
    minutes,
    // What the workflow was started for.
    commit: isOfEvent ? event.pull_request.head.sha : "",
    url: `${server}/api/v1/pipelines/${encodeURIComponent(host)}/pull-requests/${number}${query}`,
  };
}

function readEvent() {
  try {
    return JSON.parse(fs.readFileSync(process.env.GITHUB_EVENT_PATH, "utf8"));
  } catch {
    return {};
  }
}

let issued = { token: "", at: 0 };

/** Asks GitHub for a token that says which repository this job belongs to. */
async function identity(asked) {
  if (issued.token && Date.now() - issued.at < TOKEN_MILLIS) {
    return issued.token;
  }
  const url = process.env.ACTIONS_ID_TOKEN_REQUEST_URL;
  const bearer = process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  if (!url || !bearer) {
    throw new Failure(
      "GitHub issues no token to this job. Add to the job: permissions: { id-token: write, contents: read }." +
        " Workflows of forks get none.",
    );
  }
  const separator = url.includes("?") ? "&" : "?";
  const { answer, text } = await exchange(`${url}${separator}audience=${encodeURIComponent(asked.server)}`, {
    headers: { authorization: `Bearer ${bearer}` },
  });
  const token = parsed(text)?.value;
  if (!answer.ok || !token) {
    const problem = `GitHub issued no token: ${answer.status} ${answer.statusText}`;
    throw answer.status >= 500 ? new Error(problem) : new Failure(problem);
  }
  mask(token);
  issued = { token, at: Date.now() };
  return token;
}

async function exchange(url, options) {
  const signal = AbortSignal.timeout(LONGEST_REQUEST_MILLIS);
  const answer = await fetch(url, { ...options, redirect: "error", signal });
  return { answer, text: await answer.text() };
}

/** Asks the control plane; tries again while it does not answer, until the time is over. */
async function ask(asked, method) {
  for (;;) {
    const { problem, body } = await tryAsk(asked, method);
    if (!problem) {
      return body;
    }
    if (Date.now() > asked.until) {
      throw new Failure(problem);
    }
    log(`${problem}; trying again`);
    await pause(asked);
  }
}

async function tryAsk(asked, method) {
  let said;
  try {
    const headers = { authorization: `Bearer ${await identity(asked)}` };
    said = await exchange(asked.url, { method, headers });
  } catch (e) {
    if (e instanceof Failure) {
      throw e;
    }
    return { problem: `${asked.server} cannot be asked: ${e.cause?.message ?? e.message}` };
  }
  const { answer, text } = said;
  const body = parsed(text);
  if (answer.ok && body) {
    return { body };
  }
  const problem = body?.detail ?? `${asked.server} answers with ${answer.status} and no reason`;
  if (answer.status >= 500) {
    return { problem };
  }
  throw new Failure(problem);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Waits between two questions, and not past the end. */
function pause(asked) {
  const millis = Math.max(100, Math.min(POLL_MILLIS, asked.until - Date.now()));
  return new Promise((resolve) => setTimeout(resolve, millis));
}

/** Asks until it is so. */
async function until(asked, first, isSo) {
  let told = "";
  for (let view = first; ; view = await ask(asked, "GET")) {
    const now = state(view);
    if (now !== told) {
      log(now);
      told = now;
    }
    if (isSo(view)) {
      return view;
    }
    if (Date.now() > asked.until) {
      throw new Failure(`after ${asked.minutes} minutes: ${now}`);
    }
    await pause(asked);
  }
}

function state(view) {
  const known = view.environment;
  return known ? `${known.name}: ${known.phase}, ${known.reason}` : `no environment: ${view.note}`;
}

/** Whether the environment runs what this job is for. A little time without it is forgiven. */
function isReady(asked, view) {
  const known = view.environment;
  const isThere = known && known.phase !== "removing";
  const isRight = isThere && (!asked.commit || known.commit === asked.commit);
  if (isRight || known?.phase === "removing") {
    asked.patientUntil = Date.now() + PATIENCE_MILLIS;
  }
  if (isRight && known.phase === "failing" && known.settled) {
    throw new Failure(`${state(view)}\n${details(known)}`);
  }
  if (isRight) {
    return ["ready", "asleep"].includes(known.phase);
  }
  if (Date.now() > asked.patientUntil) {
    throw new Failure(isThere ? wrongCommit(asked, view) : state(view));
  }
  return false;
}

function wrongCommit(asked, view) {
  const moved = view.head && view.head !== asked.commit ? `; the pull request is at ${view.head} by now` : "";
  return (
    `${state(view)}. It is to run commit ${view.environment.commit ?? "none"}, and this job is of ${asked.commit}, ` +
    `which was not seen, is not approved or cannot be used${moved}`
  );
}

function details(known) {
  return known.parts
    .filter((each) => ["failing", "failed"].includes(each.state))
    .map((each) => `${each.name} ${each.state}: ${each.detail}`)
    .join("\n");
}

async function run(asked) {
  switch (asked.command) {
    case "status":
      return ask(asked, "GET");
    case "wait":
      return until(asked, await ask(asked, "GET"), (view) => isReady(asked, view));
    case "create":
      return create(asked);
    case "destroy": {
      const first = await ask(asked, "DELETE");
      return asked.waits ? until(asked, first, (view) => view.environment?.phase !== "removing") : first;
    }
  }
}

/** While the former environment is removed, no new one is made. */
async function create(asked) {
  let first = await ask(asked, "POST");
  if (first.environment?.phase === "removing") {
    await until(asked, first, (view) => view.environment?.phase !== "removing");
    first = await ask(asked, "POST");
  }
  asked.patientUntil = Date.now() + PATIENCE_MILLIS;
  return asked.waits ? until(asked, first, (view) => isReady(asked, view)) : first;
}

function outputs(view) {
  const known = view.environment;
  const urls = {};
  for (const each of known?.parts ?? []) {
    if (each.url) {
      urls[each.name] = each.url;
    }
  }
  write("environment", known?.name ?? "");
  write("url", known?.url ?? "");
  write("urls", JSON.stringify(urls));
  write("phase", known?.phase ?? "none");
}

function write(name, value) {
  const line = String(value).replace(/[\r\n]+/g, " ");
  if (process.env.GITHUB_OUTPUT) {
    fs.appendFileSync(process.env.GITHUB_OUTPUT, `${name}=${line}\n`);
  }
  log(`${name}: ${line}`);
}

// What comes from elsewhere could be a command to the runner.
function log(text) {
  console.log(text.replace(/::/g, ": :").replace(/##\[/g, "## ["));
}

function mask(text) {
  console.log(`::add-mask::${text}`);
}

async function main() {
  const asked = read();
  outputs(await run(asked));
}

main().catch((e) => {
  const message = e instanceof Failure ? e.message : `${e.stack}`;
  console.log(`::error::${message.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A")}`);
  process.exitCode = 1;
});
