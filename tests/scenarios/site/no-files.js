/** A worker in a browser without an origin private file system. */
Object.defineProperty(StorageManager.prototype, "getDirectory", { value: undefined });
