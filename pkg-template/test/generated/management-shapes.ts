// Written by tests/shapes.rs: MODELYARD_WRITE_TYPES=1 cargo test --test shapes. Do not edit.
import type {
  Changed,
  ChatDelta,
  ChatEnd,
  ConnectionReport,
  KeyState,
  ListReport,
  ModelOptions,
  ProviderState,
  ServedDetails,
  Setting,
} from "../../src/generated/index.js";

export const changes = [
  {
    "keys": [
      "contextSize"
    ],
    "warnings": [
      {
        "code": "invalid_config",
        "message": "It has no effect.",
        "recovery": [
          "Correct the configuration."
        ],
        "retryable": false
      }
    ]
  }
] satisfies Changed[];

export const settings = [
  {
    "path": "cache.detailSeconds",
    "layer": "default",
    "json": "300"
  },
  {
    "path": "cache.listSeconds",
    "layer": "default",
    "json": "60"
  },
  {
    "path": "cache.maxEntries",
    "layer": "default",
    "json": "1000"
  },
  {
    "path": "contextSize",
    "layer": "file",
    "json": "4096"
  },
  {
    "path": "generation.maxTokens",
    "layer": "page",
    "json": "5"
  },
  {
    "path": "generation.temperature",
    "layer": "environment",
    "json": "0.5"
  },
  {
    "path": "models.a.topP",
    "layer": "file",
    "json": "0.5"
  },
  {
    "path": "providers.ollama.host",
    "layer": "default",
    "json": "\"http://127.0.0.1:11434\""
  },
  {
    "path": "providers.ollama.kind",
    "layer": "default",
    "json": "\"ollama\""
  },
  {
    "path": "providers.ollama.options",
    "layer": "options",
    "json": "{\"x\":1}"
  },
  {
    "path": "providers.ollama.timeoutSeconds",
    "layer": "default",
    "json": "10"
  },
  {
    "path": "queue.superseded",
    "layer": "default",
    "json": "\"cancel\""
  },
  {
    "path": "routing.defaultProfile",
    "layer": "default",
    "json": "\"general\""
  },
  {
    "path": "routing.enabled",
    "layer": "default",
    "json": "true"
  },
  {
    "path": "storage.persist",
    "layer": "default",
    "json": "\"ask\""
  }
] satisfies Setting[];

export const options = [
  {
    "contextSize": 1,
    "temperature": 0.5,
    "maxTokens": 2,
    "topP": 0.5,
    "topK": 3,
    "repeatPenalty": 1.5,
    "seed": -4,
    "stop": [
      "x"
    ]
  },
  {}
] satisfies ModelOptions[];

export const states = [
  {
    "id": "ollama",
    "kind": "ollama",
    "host": "http://127.0.0.1:11434",
    "state": "unknown",
    "failure": null,
    "abilities": [
      "version",
      "list",
      "show",
      "servedContext",
      "pull",
      "remove",
      "copy",
      "unload",
      "chat",
      "checkKey",
      "search",
      "files"
    ],
    "listedAt": 1800000000000,
    "ageMs": 5,
    "stale": false,
    "offline": false,
    "models": 2,
    "leftOut": 1,
    "key": {
      "state": "none",
      "keep": null,
      "fingerprint": null
    }
  },
  {
    "id": "ollama",
    "kind": "ollama",
    "host": "http://127.0.0.1:11434",
    "state": "asking",
    "failure": null,
    "abilities": [
      "version",
      "list",
      "show",
      "servedContext",
      "pull",
      "remove",
      "copy",
      "unload",
      "chat",
      "checkKey",
      "search",
      "files"
    ],
    "listedAt": 1800000000000,
    "ageMs": 5,
    "stale": false,
    "offline": false,
    "models": 2,
    "leftOut": 1,
    "key": {
      "state": "ready",
      "keep": "session",
      "fingerprint": "0f1e2d3c …wxyz"
    }
  },
  {
    "id": "ollama",
    "kind": "ollama",
    "host": "http://127.0.0.1:11434",
    "state": "ok",
    "failure": null,
    "abilities": [
      "version",
      "list",
      "show",
      "servedContext",
      "pull",
      "remove",
      "copy",
      "unload",
      "chat",
      "checkKey",
      "search",
      "files"
    ],
    "listedAt": 1800000000000,
    "ageMs": 5,
    "stale": false,
    "offline": false,
    "models": 2,
    "leftOut": 1,
    "key": {
      "state": "locked",
      "keep": "passphrase",
      "fingerprint": "0f1e2d3c …wxyz"
    }
  },
  {
    "id": "ollama",
    "kind": "ollama",
    "host": null,
    "state": "failing",
    "failure": {
      "code": "not_found",
      "message": "There is no such file.",
      "recovery": [
        "Check the name."
      ],
      "retryable": false,
      "model": "one",
      "provider": "wllama",
      "field": "models[0].files[0].url",
      "value": "https://models.example/one.gguf",
      "httpStatus": 404,
      "neededBytes": 9007199254740991,
      "retryAfterMs": 4294967295,
      "neededTokens": 5000,
      "contextTokens": 4096,
      "cause": "404",
      "others": [
        {
          "code": "network",
          "message": "The connection was cut.",
          "recovery": [
            "Check the connection and try again."
          ],
          "retryable": true
        }
      ]
    },
    "abilities": [],
    "listedAt": null,
    "ageMs": null,
    "stale": true,
    "offline": true,
    "models": 2,
    "leftOut": 1,
    "key": {
      "state": "otherOrigin",
      "keep": "device",
      "fingerprint": "0f1e2d3c …wxyz"
    }
  }
] satisfies ProviderState[];

export const keys = [
  {
    "state": "none",
    "keep": null,
    "fingerprint": null
  },
  {
    "state": "unreadable",
    "keep": "device",
    "fingerprint": "0f1e2d3c …wxyz"
  }
] satisfies KeyState[];

export const lists = [
  {
    "providers": [
      {
        "id": "ollama",
        "kind": "ollama",
        "host": "http://127.0.0.1:11434",
        "state": "unknown",
        "failure": null,
        "abilities": [
          "version",
          "list",
          "show",
          "servedContext",
          "pull",
          "remove",
          "copy",
          "unload",
          "chat",
          "checkKey",
          "search",
          "files"
        ],
        "listedAt": 1800000000000,
        "ageMs": 5,
        "stale": false,
        "offline": false,
        "models": 2,
        "leftOut": 1,
        "key": {
          "state": "none",
          "keep": null,
          "fingerprint": null
        }
      },
      {
        "id": "ollama",
        "kind": "ollama",
        "host": "http://127.0.0.1:11434",
        "state": "asking",
        "failure": null,
        "abilities": [
          "version",
          "list",
          "show",
          "servedContext",
          "pull",
          "remove",
          "copy",
          "unload",
          "chat",
          "checkKey",
          "search",
          "files"
        ],
        "listedAt": 1800000000000,
        "ageMs": 5,
        "stale": false,
        "offline": false,
        "models": 2,
        "leftOut": 1,
        "key": {
          "state": "ready",
          "keep": "session",
          "fingerprint": "0f1e2d3c …wxyz"
        }
      },
      {
        "id": "ollama",
        "kind": "ollama",
        "host": "http://127.0.0.1:11434",
        "state": "ok",
        "failure": null,
        "abilities": [
          "version",
          "list",
          "show",
          "servedContext",
          "pull",
          "remove",
          "copy",
          "unload",
          "chat",
          "checkKey",
          "search",
          "files"
        ],
        "listedAt": 1800000000000,
        "ageMs": 5,
        "stale": false,
        "offline": false,
        "models": 2,
        "leftOut": 1,
        "key": {
          "state": "locked",
          "keep": "passphrase",
          "fingerprint": "0f1e2d3c …wxyz"
        }
      },
      {
        "id": "ollama",
        "kind": "ollama",
        "host": null,
        "state": "failing",
        "failure": {
          "code": "not_found",
          "message": "There is no such file.",
          "recovery": [
            "Check the name."
          ],
          "retryable": false,
          "model": "one",
          "provider": "wllama",
          "field": "models[0].files[0].url",
          "value": "https://models.example/one.gguf",
          "httpStatus": 404,
          "neededBytes": 9007199254740991,
          "retryAfterMs": 4294967295,
          "neededTokens": 5000,
          "contextTokens": 4096,
          "cause": "404",
          "others": [
            {
              "code": "network",
              "message": "The connection was cut.",
              "recovery": [
                "Check the connection and try again."
              ],
              "retryable": true
            }
          ]
        },
        "abilities": [],
        "listedAt": null,
        "ageMs": null,
        "stale": true,
        "offline": true,
        "models": 2,
        "leftOut": 1,
        "key": {
          "state": "otherOrigin",
          "keep": "device",
          "fingerprint": "0f1e2d3c …wxyz"
        }
      }
    ]
  }
] satisfies ListReport[];

export const details = [
  {
    "id": "ollama/a",
    "name": "a",
    "provider": "ollama",
    "family": "text",
    "format": "text",
    "sizeBytes": 5,
    "parametersBillions": 0.5,
    "quantization": "text",
    "modified": "text",
    "contextWindow": 1,
    "configuredContextWindow": 2,
    "servedContextWindow": 3,
    "maxOutputTokens": 4,
    "capabilities": {
      "tools": "yes",
      "vision": "no",
      "streaming": "unknown",
      "reasoning": "unknown",
      "structuredOutput": "unknown",
      "embedding": "unknown",
      "audio": "unknown",
      "fillInMiddle": "unknown"
    },
    "digest": "text",
    "remoteHost": "text",
    "parameters": [
      {
        "name": "num_ctx",
        "value": "4096"
      }
    ],
    "template": "text",
    "system": "text",
    "license": "text",
    "missing": [],
    "shownAt": 1800000000000,
    "ageMs": 5,
    "stale": true,
    "offline": true
  },
  {
    "id": "ollama/b",
    "name": "b",
    "provider": "ollama",
    "family": null,
    "format": null,
    "sizeBytes": null,
    "parametersBillions": null,
    "quantization": null,
    "modified": null,
    "contextWindow": null,
    "configuredContextWindow": null,
    "servedContextWindow": null,
    "maxOutputTokens": null,
    "capabilities": {
      "tools": "unknown",
      "vision": "unknown",
      "streaming": "unknown",
      "reasoning": "unknown",
      "structuredOutput": "unknown",
      "embedding": "unknown",
      "audio": "unknown",
      "fillInMiddle": "unknown"
    },
    "digest": null,
    "remoteHost": null,
    "parameters": [],
    "template": null,
    "system": null,
    "license": null,
    "missing": [
      "family",
      "license"
    ],
    "shownAt": 0,
    "ageMs": 0,
    "stale": false,
    "offline": false
  }
] satisfies ServedDetails[];

export const reports = [
  {
    "ok": true,
    "finding": "reachable",
    "code": null,
    "version": "0.32.15",
    "httpStatus": null,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "notRunning",
    "code": "network",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "originRefused",
    "code": "cors_or_network",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": "A=b"
  },
  {
    "ok": false,
    "finding": "localNetworkPermission",
    "code": "local_network_permission",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "insecurePage",
    "code": "local_network_permission",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "mixedContent",
    "code": "cors_or_network",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "wrongUrl",
    "code": "provider_error",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "badKey",
    "code": "unauthorized",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "notAllowed",
    "code": "provider_error",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "busy",
    "code": "rate_limited",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "broken",
    "code": "provider_error",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "timedOut",
    "code": "timeout",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "offline",
    "code": "offline",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  },
  {
    "ok": false,
    "finding": "unclear",
    "code": "cors_or_network",
    "version": null,
    "httpStatus": 500,
    "message": "What it is.",
    "advice": "What to do.",
    "setting": null
  }
] satisfies ConnectionReport[];

export const deltas = [
  {
    "type": "text",
    "text": "text"
  },
  {
    "type": "reasoning",
    "text": "text"
  },
  {
    "type": "toolCall",
    "id": "text",
    "name": "text",
    "arguments": "{}",
    "signature": "text"
  },
  {
    "type": "toolCall",
    "id": null,
    "name": "text",
    "arguments": "{}",
    "signature": null
  },
  {
    "type": "usage",
    "usage": {
      "promptTokens": 1,
      "completionTokens": 2,
      "loadMs": 3,
      "promptMs": 4,
      "completionMs": 5
    }
  },
  {
    "type": "usage",
    "usage": {
      "promptTokens": null,
      "completionTokens": null,
      "loadMs": null,
      "promptMs": null,
      "completionMs": null
    }
  }
] satisfies ChatDelta[];

export const ends = [
  {
    "provider": "ollama",
    "model": "a",
    "reason": "stop",
    "said": null,
    "usage": {
      "promptTokens": 1,
      "completionTokens": 2,
      "loadMs": 3,
      "promptMs": 4,
      "completionMs": 5
    }
  },
  {
    "provider": "ollama",
    "model": "a",
    "reason": "length",
    "said": null,
    "usage": null
  },
  {
    "provider": "ollama",
    "model": "a",
    "reason": "toolCalls",
    "said": null,
    "usage": null
  },
  {
    "provider": "ollama",
    "model": "a",
    "reason": "contentFilter",
    "said": null,
    "usage": null
  },
  {
    "provider": "ollama",
    "model": "a",
    "reason": "loaded",
    "said": null,
    "usage": null
  },
  {
    "provider": "ollama",
    "model": "a",
    "reason": "unloaded",
    "said": null,
    "usage": null
  },
  {
    "provider": "ollama",
    "model": "a",
    "reason": "other",
    "said": "their words",
    "usage": null
  },
  {
    "provider": "ollama",
    "model": "a",
    "reason": "unknown",
    "said": null,
    "usage": null
  }
] satisfies ChatEnd[];
