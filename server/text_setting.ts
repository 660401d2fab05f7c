import * as v from "valibot";

/** A setting of a configuration file that is text like its flag; a number is taken as it is written. */
export const TEXT_SETTING = v.optional(
  v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
);
