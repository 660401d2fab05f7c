/** What stands under a name: the text of a file, `/` for a folder, nothing. */
export type Held = string | undefined;

/** Names and trash of a server at one instant. */
export interface NamesState {
  readonly names: ReadonlyMap<string, Held>;
  /** What each entry of the trash holds. */
  readonly trash: ReadonlyMap<string, Held>;
}

/** What a client asks for. */
export type Operation =
  | {
    readonly kind: "upload";
    readonly name: string;
    readonly text: string;
    readonly policy: string;
  }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "delete"; readonly name: string }
  | { readonly kind: "restore"; readonly id: string; readonly name: string }
  | { readonly kind: "mkdir"; readonly name: string }
  | { readonly kind: "read"; readonly name: string };

/** An operation as it went: when it was asked for and answered, and what the answer was. */
export interface Observed {
  readonly operation: Operation;
  readonly beginMs: number;
  readonly endMs: number;
  /** Outcome or error code, or what was read; `undefined` when the answer was lost: it may have happened or not. */
  readonly reply: string | undefined;
  /** Id that a delete was given. */
  readonly trashId: string | undefined;
}

const FOLDER = "/";
/** Begins the ids that were never told. */
const LOST_ID = "lost ";

/**
 * Looks for a serial order of operations that explains every reply and the state behind them: one in
 * which each takes effect at one instant between its begin and its end (linearizability; the search
 * is that of Wing and Gong 1993 with Lowe's memory of configurations that lead nowhere).
 *
 * An operation that changes nothing is put at the first place where its reply is right: nothing that
 * follows depends on it, so no other place could lead further. That is what keeps the search short.
 *
 * @param before State before all of them.
 * @param observed All operations between the two states.
 * @param after State behind all of them.
 * @returns The order, or `undefined` when there is none.
 */
export function findSerialOrder(
  before: NamesState,
  observed: readonly Observed[],
  after: NamesState,
): Observed[] | undefined {
  const touched = touchedTrash(before, observed, after);
  const goal = keyOf(withTrash(withLostIds(before, observed, after), touched));
  const byEnd = observed.toSorted((a, b) => endOf(a) - endOf(b));
  const seen = new Set<string>();
  const order: Observed[] = [];
  const done = new Set<Observed>();
  const place = (one: Observed, state: NamesState): boolean => {
    done.add(one);
    order.push(one);
    if (search(state)) return true;
    order.pop();
    done.delete(one);
    return false;
  };
  const search = (state: NamesState): boolean => {
    const open = byEnd.filter((one) => !done.has(one));
    // Those whose answer was lost need not have happened at all.
    const isOver = open.every(({ reply }) => reply === undefined);
    if (isOver && keyOf(state) === goal) return true;
    const firstEndMs = open[0] === undefined ? Infinity : endOf(open[0]);
    const possible = open.filter(({ beginMs }) => beginMs <= firstEndMs)
      .map((one) => ({ one, effect: apply(state, one) }))
      .filter(({ one, effect }) => one.reply === undefined || effect.reply === one.reply);
    const idle = possible.find(({ one, effect }) =>
      effect.state === state && one.reply !== undefined
    );
    if (idle !== undefined) return place(idle.one, state);
    const key = `${byEnd.map((one) => Number(done.has(one))).join("")} ${keyOf(state)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return possible.some(({ one, effect }) => place(one, effect.state));
  };
  return search(withTrash(before, touched)) ? order : undefined;
}

/** Whatever was not answered may take effect at any later time. */
function endOf({ reply, endMs }: Observed): number {
  return reply === undefined ? Infinity : endMs;
}

/** Gives entries of the trash whose delete was not answered the name that {@linkcode apply} has for them. */
function withLostIds(
  before: NamesState,
  observed: readonly Observed[],
  { names, trash }: NamesState,
): NamesState {
  const known = new Set([...before.trash.keys(), ...observed.map(({ trashId }) => trashId)]);
  let lost = 0;
  const named = [...trash].map(([id, held]) =>
    [known.has(id) ? id : `${LOST_ID}${lost++}`, held] as const
  );
  return { names, trash: new Map(named) };
}

/** Ids of the trash that the operations name or that come or go meanwhile; a trash may hold many others. */
function touchedTrash(
  before: NamesState,
  observed: readonly Observed[],
  after: NamesState,
): ReadonlySet<string> {
  const ids = [...before.trash.keys(), ...after.trash.keys()]
    .filter((id) => before.trash.get(id) !== after.trash.get(id));
  const named = observed.flatMap(({ operation, trashId }) =>
    operation.kind === "restore" ? [operation.id] : trashId ?? []
  );
  const lost = observed.map((_, n) => `${LOST_ID}${n}`);
  return new Set([...ids, ...named, ...lost]);
}

function withTrash({ names, trash }: NamesState, ids: ReadonlySet<string>): NamesState {
  return { names, trash: new Map([...trash].filter(([id]) => ids.has(id))) };
}

/** What the protocol says that an operation does, when nothing else happens. */
function apply(
  state: NamesState,
  { operation, trashId }: Observed,
): { readonly reply: string; readonly state: NamesState } {
  const refuse = (reply: string): { reply: string; state: NamesState } => ({ reply, state });
  const put = (
    reply: string,
    names: Readonly<Record<string, Held>>,
    trash: Readonly<Record<string, Held>> = {},
  ): { reply: string; state: NamesState } => ({
    reply,
    state: { names: changed(state.names, names), trash: changed(state.trash, trash) },
  });
  switch (operation.kind) {
    case "upload": {
      const { name, text, policy } = operation;
      const there = state.names.get(name);
      if (there === undefined) return put("created", { [name]: text });
      if (policy === "skip") return refuse("skipped");
      if (policy === "error") return refuse("already_exists");
      return there === FOLDER ? refuse("is_a_folder") : put("replaced", { [name]: text });
    }
    case "rename": {
      const { from, to } = operation;
      const moved = state.names.get(from);
      if (moved === undefined) return refuse("not_found");
      if (state.names.has(to)) return refuse("already_exists");
      return put("done", { [from]: undefined, [to]: moved });
    }
    case "delete": {
      const there = state.names.get(operation.name);
      if (there === undefined) return refuse("not_found");
      return put("done", { [operation.name]: undefined }, { [trashId ?? lostId(state)]: there });
    }
    case "restore": {
      const { id, name } = operation;
      if (!state.trash.has(id)) return refuse("not_found");
      if (state.names.has(name)) return refuse("already_exists");
      return put("created", { [name]: state.trash.get(id) }, { [id]: undefined });
    }
    case "mkdir":
      if (state.names.has(operation.name)) return refuse("already_exists");
      return put("done", { [operation.name]: FOLDER });
    case "read": {
      const there = state.names.get(operation.name);
      if (there === undefined) return refuse("not_found");
      return refuse(there === FOLDER ? "is_a_folder" : there);
    }
  }
}

function changed(
  map: ReadonlyMap<string, Held>,
  changes: Readonly<Record<string, Held>>,
): ReadonlyMap<string, Held> {
  const copy = new Map(map);
  for (const [key, held] of Object.entries(changes)) {
    if (held === undefined) copy.delete(key);
    else copy.set(key, held);
  }
  return copy;
}

/** Which of the entries without a known id is which nobody can tell: only what they hold counts. */
function keyOf({ names, trash }: NamesState): string {
  const entries = [...trash].map(([id, held]) => [id.startsWith(LOST_ID) ? LOST_ID : id, held]);
  return JSON.stringify([[...names].sort(), entries.sort()]);
}

function lostId({ trash }: NamesState): string {
  for (let n = 0;; n++) if (!trash.has(`${LOST_ID}${n}`)) return `${LOST_ID}${n}`;
}
