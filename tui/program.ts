import { INTERRUPTED_EXIT } from "#client/cli/output/failure.ts";
import type { InputEvent } from "./input/input_event.ts";
import {
  flushInput,
  needsFlush,
  NOTHING_PENDING,
  type ParsedInput,
  parseInput,
} from "./input/input_parser.ts";
import type { Effect, Update } from "./model/effect.ts";
import type { Message, MessageBody } from "./model/message.ts";
import type { Model } from "./model/model.ts";
import type { ScreenSize } from "./terminal/screen_terminal.ts";
import { ScreenWriter } from "./terminal/screen_writer.ts";
import { tickMs } from "./ticks.ts";

/** Shortest time between two frames, when a person did something or a question was answered. */
const FRAME_MS = 100;

/** Shortest time before a frame that only moves on what goes on by itself. */
const BACKGROUND_FRAME_MS = 250;

/** What goes on by itself, many times a second: a frame for each would cost more than it shows. */
const BACKGROUND: ReadonlySet<MessageBody["kind"]> = new Set(["progressed", "snapshot", "tick"]);

/** How long the rest of a key's sequence may take before an ESC is taken for the key Escape. */
const ESCAPE_MS = 40;

/** How long what still runs at the end may take to end in order. */
const CLOSE_MS = 5_000;

type Timer = ReturnType<typeof setTimeout>;

/** The terminal as the program uses it; the real one is ScreenTerminal. */
export interface ProgramTerminal {
  enter(): void;
  restore(): void;
  size(): ScreenSize;
  write(text: string): Promise<void>;
  read(onBytes: (bytes: Uint8Array) => void): Promise<void>;
  /** Hands the terminal back and stops the job; takes the terminal over when it goes on. */
  suspend(): Promise<void>;
  /** Calls back when the size has changed, or when the job goes on after it was stopped. */
  onChange(listener: () => void): void;
}

/** What does effects; the real one is EffectRunner. */
export interface ProgramEffects {
  start(): void;
  run(effect: Effect): void;
  close(): Promise<void>;
}

/** What a program is made of. */
export interface ProgramOptions {
  readonly terminal: ProgramTerminal;
  /** The model to begin with, and what to do first. */
  readonly first: Update<Model>;
  readonly update: (model: Model, message: Message) => Update<Model>;
  /** Gives the frame of a model. */
  readonly draw: (model: Model) => string;
  /** Makes what does effects: called once the first frame is on the screen. */
  readonly makeEffects: (post: (body: MessageBody) => void) => Promise<ProgramEffects>;
}

/**
 * The loop of the terminal client: messages are reduced in the order of their coming, effects are
 * handed on, and the screen follows: at most ten times a second what a person does, four times what
 * goes on by itself.
 */
export class Program {
  readonly #options: ProgramOptions;
  readonly #screen: ScreenWriter;
  readonly #end = Promise.withResolvers<number>();
  #model: Model;
  #effects: ProgramEffects | undefined;
  /** Effects that wait for what does them to be loaded: what a person does in some 100 ms. */
  #waiting: Effect[] = [];
  #isOver = false;
  #isSuspended = false;
  /** Settles when the terminal is taken over again. */
  #suspending: Promise<void> = Promise.resolve();
  #pending = NOTHING_PENDING;
  #escapeTimer: Timer | undefined;
  #tick: { readonly timer: Timer; readonly ms: number } | undefined;
  #nextDraw: { readonly timer: Timer; readonly atMs: number } | undefined;
  #drawn: Model | undefined;
  #drawnAt = -FRAME_MS;

  /** @param options What the program is made of. */
  constructor(options: ProgramOptions) {
    this.#options = options;
    this.#model = options.first.model;
    this.#waiting.push(...options.first.effects);
    this.#screen = new ScreenWriter((text) => options.terminal.write(text));
  }

  /**
   * Runs until the model asks for the end. The terminal is restored when it returns or throws.
   *
   * @returns The exit code.
   * @throws What a view or an update threw.
   */
  async run(): Promise<number> {
    const { terminal } = this.#options;
    try {
      terminal.enter();
      terminal.onChange(() => this.#changed());
      this.#draw();
      await this.#screen.flush();
      this.#read();
      await this.#startEffects();
      return await this.#end.promise;
    } finally {
      this.#stop();
      await this.#screen.flush();
      // A stopped job may be ended in the moment in which it goes on and takes the terminal over.
      await this.#suspending;
      terminal.restore();
      await this.#close();
    }
  }

  /**
   * Takes a message: the model changes at once, the screen a little later.
   *
   * @param body What happened.
   */
  post(body: MessageBody): void {
    if (this.#isOver) return;
    const message = { ...body, atMs: Date.now() };
    const { model, effects } = this.#options.update(this.#model, message);
    this.#model = model;
    for (const effect of effects) {
      if (this.#effects === undefined) this.#waiting.push(effect);
      else this.#effects.run(effect);
    }
    if (model.exit !== undefined) return this.#end.resolve(model.exit.code);
    this.#setTick();
    this.#drawSoon(BACKGROUND.has(body.kind) ? BACKGROUND_FRAME_MS : FRAME_MS);
  }

  /**
   * Ends the program with an error.
   *
   * @param error What was thrown.
   */
  fail(error: unknown): void {
    this.#end.reject(error);
  }

  async #startEffects(): Promise<void> {
    this.#effects = await this.#options.makeEffects((body) => this.#tryTo(() => this.post(body)));
    this.#effects.start();
    for (const effect of this.#waiting.splice(0)) this.#effects.run(effect);
    this.#setTick();
  }

  #read(): void {
    const reading = this.#options.terminal.read((bytes) => {
      this.#tryTo(() => this.#take(parseInput(this.#pending, bytes)));
    });
    // Nobody can type any more: the terminal is gone.
    reading.then(() => this.post({ kind: "stopAsked", code: INTERRUPTED_EXIT }))
      .catch((error) => this.fail(error));
  }

  #take(parsed: ParsedInput): void {
    this.#pending = parsed.pending;
    for (const event of parsed.events) {
      if (isSuspendKey(event)) this.#suspendOnce();
      else this.post({ kind: "input", event });
    }
    clearTimeout(this.#escapeTimer);
    if (!needsFlush(this.#pending)) return;
    this.#escapeTimer = setTimeout(() => {
      const flushed = flushInput(this.#pending);
      this.#pending = flushed.pending;
      this.#tryTo(() => {
        for (const event of flushed.events) this.post({ kind: "input", event });
      });
    }, ESCAPE_MS);
  }

  #suspendOnce(): void {
    if (this.#isSuspended || this.#isOver) return;
    this.#isSuspended = true;
    this.#suspending = this.#suspend().catch((error) => this.fail(error));
  }

  async #suspend(): Promise<void> {
    await this.#screen.flush();
    await this.#options.terminal.suspend();
    this.#isSuspended = false;
    if (!this.#isOver) this.#changed();
  }

  #changed(): void {
    this.#screen.forget();
    this.#drawn = undefined;
    this.#tryTo(() => this.post({ kind: "resized", ...this.#options.terminal.size() }));
  }

  #setTick(): void {
    const ms = tickMs(this.#model);
    if (this.#isOver || this.#tick?.ms === ms) return;
    clearInterval(this.#tick?.timer);
    const timer = setInterval(() => this.#tryTo(() => this.post({ kind: "tick" })), ms);
    this.#tick = { timer, ms };
  }

  #drawSoon(gapMs: number): void {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, this.#drawnAt + gapMs);
    if (this.#nextDraw !== undefined && this.#nextDraw.atMs <= atMs) return;
    clearTimeout(this.#nextDraw?.timer);
    const timer = setTimeout(() => {
      this.#nextDraw = undefined;
      this.#tryTo(() => this.#draw());
    }, atMs - nowMs);
    this.#nextDraw = { timer, atMs };
  }

  #draw(): void {
    if (this.#isOver || this.#isSuspended || this.#drawn === this.#model) return;
    if (this.#screen.isBusy) {
      // The terminal takes no more: this frame is made when it does, of the model of then.
      this.#screen.flush().then(() => this.#drawSoon(FRAME_MS)).catch((error) => this.fail(error));
      return;
    }
    this.#drawnAt = performance.now();
    this.#drawn = this.#model;
    const { columns, rows } = this.#model;
    this.#screen.show(this.#options.draw(this.#model), { columns, rows });
  }

  #tryTo(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
  }

  #stop(): void {
    this.#isOver = true;
    clearTimeout(this.#escapeTimer);
    clearTimeout(this.#nextDraw?.timer);
    clearInterval(this.#tick?.timer);
  }

  async #close(): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, CLOSE_MS));
    await Promise.race([this.#effects?.close(), late]).finally(() => clearTimeout(timer));
  }
}

// In raw mode the terminal does not turn it into a signal.
function isSuspendKey(event: InputEvent): boolean {
  return event.kind === "key" && event.key === "z" && event.isControl && !event.isAlt;
}
