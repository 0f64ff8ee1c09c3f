/** The package's worker where there is no origin private file system. */
import "./no-files.js";
import "/package/worker.js";
