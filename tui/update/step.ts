import type { Effect, Update } from "../model/effect.ts";
import type { Model } from "../model/model.ts";

/** A new model and what it wants done. */
export type Step = Update<Model>;

/** A step to `model` that wants `effects` done. */
export function stepTo(model: Model, ...effects: readonly Effect[]): Step {
  return { model, effects };
}

/** Goes on from a step: the effects of both are wanted, in their order. */
export function andThen(step: Step, next: (model: Model) => Step): Step {
  const { model, effects } = next(step.model);
  if (step.effects.length === 0) return { model, effects };
  return { model, effects: effects.length === 0 ? step.effects : [...step.effects, ...effects] };
}

/** Takes all steps one after another. */
export function inTurn(model: Model, steps: readonly ((model: Model) => Step)[]): Step {
  let step = stepTo(model);
  for (const next of steps) step = andThen(step, next);
  return step;
}
