/** The package's worker under a clock that tests move. */
import "./clock.js";
import "/package/worker.js";
