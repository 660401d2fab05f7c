/** The real worker, which tells its heap when it is asked. */
import "./answer_measure.ts";
import "#server/worker/main.ts";
