// Written by tests/shapes.rs: MODELYARD_WRITE_TYPES=1 cargo test --test shapes. Do not edit.
import type {
  Command,
  ConversationState,
  EngineState,
  Event,
  Failure,
  JobState,
  Lookup,
  ModelManifest,
  ModelState,
  Patch,
  Reply,
  SelectionOutcome,
  StorageState,
  Waiting,
} from "../../src/generated/index.js";

export const failures = [
  {
    "code": "network",
    "message": "What happened.",
    "recovery": [
      "Check the connection and try again."
    ],
    "retryable": true
  },
  {
    "code": "offline",
    "message": "What happened.",
    "recovery": [
      "Connect to a network; it goes on by itself."
    ],
    "retryable": true
  },
  {
    "code": "timeout",
    "message": "What happened.",
    "recovery": [
      "Try again; if it happens again, choose a smaller model."
    ],
    "retryable": true
  },
  {
    "code": "cors_or_network",
    "message": "What happened.",
    "recovery": [
      "Check the connection, and that the server allows this page's origin (CORS)."
    ],
    "retryable": true
  },
  {
    "code": "local_network_permission",
    "message": "What happened.",
    "recovery": [
      "Allow local network access for this page and try again."
    ],
    "retryable": true
  },
  {
    "code": "storage_full",
    "message": "What happened.",
    "recovery": [
      "Delete a model or free space on the disk, then resume."
    ],
    "retryable": true
  },
  {
    "code": "storage_unavailable",
    "message": "What happened.",
    "recovery": [
      "Leave private browsing or allow this page to store data, then reload."
    ],
    "retryable": false
  },
  {
    "code": "integrity",
    "message": "What happened.",
    "recovery": [
      "Try again later, or tell the publisher that the file is damaged."
    ],
    "retryable": true
  },
  {
    "code": "size_mismatch",
    "message": "What happened.",
    "recovery": [
      "Try again later, or correct the size in the model's manifest."
    ],
    "retryable": true
  },
  {
    "code": "not_a_model",
    "message": "What happened.",
    "recovery": [
      "Check the model's URL: the file there is no model."
    ],
    "retryable": true
  },
  {
    "code": "provider_error",
    "message": "What happened.",
    "recovery": [
      "Try again later, or choose another model."
    ],
    "retryable": true
  },
  {
    "code": "unauthorized",
    "message": "What happened.",
    "recovery": [
      "Check the access rights or the key for this server."
    ],
    "retryable": false
  },
  {
    "code": "rate_limited",
    "message": "What happened.",
    "recovery": [
      "Wait a moment and try again."
    ],
    "retryable": true
  },
  {
    "code": "overloaded",
    "message": "What happened.",
    "recovery": [
      "Wait a moment and try again, or choose another model."
    ],
    "retryable": true
  },
  {
    "code": "context_exceeded",
    "message": "What happened.",
    "recovery": [
      "Shorten the conversation or choose a model with a longer context."
    ],
    "retryable": false
  },
  {
    "code": "not_found",
    "message": "What happened.",
    "recovery": [
      "Check the name."
    ],
    "retryable": false
  },
  {
    "code": "in_use",
    "message": "What happened.",
    "recovery": [
      "Choose another model in the conversations that use it, or unload it first."
    ],
    "retryable": false
  },
  {
    "code": "invalid_input",
    "message": "What happened.",
    "recovery": [
      "Correct the value."
    ],
    "retryable": false
  },
  {
    "code": "invalid_config",
    "message": "What happened.",
    "recovery": [
      "Correct the configuration."
    ],
    "retryable": false
  },
  {
    "code": "unknown_profile",
    "message": "What happened.",
    "recovery": [
      "Choose one of the known profiles."
    ],
    "retryable": false
  },
  {
    "code": "no_compatible_models",
    "message": "What happened.",
    "recovery": [
      "Download or configure a model that meets the needs."
    ],
    "retryable": false
  },
  {
    "code": "unsupported",
    "message": "What happened.",
    "recovery": [
      "Use a current version of Chrome, Edge, Firefox or Safari."
    ],
    "retryable": false
  },
  {
    "code": "canceled",
    "message": "What happened.",
    "recovery": [
      "Start it again if it is still wanted."
    ],
    "retryable": true
  },
  {
    "code": "superseded",
    "message": "What happened.",
    "recovery": [
      "Nothing: the newer choice is in force."
    ],
    "retryable": false
  },
  {
    "code": "load_failed",
    "message": "What happened.",
    "recovery": [
      "Try again; if it happens again, choose a smaller model."
    ],
    "retryable": true
  },
  {
    "code": "engine_crashed",
    "message": "What happened.",
    "recovery": [
      "Try again: it was started anew."
    ],
    "retryable": true
  },
  {
    "code": "not_ready",
    "message": "What happened.",
    "recovery": [
      "Wait for `open()` to end."
    ],
    "retryable": true
  },
  {
    "code": "closed",
    "message": "What happened.",
    "recovery": [
      "Create a new instance."
    ],
    "retryable": false
  },
  {
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
  }
] satisfies Failure[];

export const manifests = [
  {
    "id": "one",
    "name": "One",
    "description": "Small.",
    "engine": "wllama",
    "contextWindow": 512,
    "files": [
      {
        "name": "one.gguf",
        "url": "https://models.example/one.gguf",
        "sizeBytes": 5,
        "sha256": "018e11428139c0c43e15b7f16c716cad0a357b6600544bcb3f9d4c785d25e75e"
      }
    ]
  },
  {
    "id": "two",
    "name": "Two",
    "engine": "wllama",
    "files": []
  },
  {
    "id": "ollama/two",
    "name": "Two",
    "engine": "ollama",
    "files": [],
    "served": {
      "name": "two",
      "here": false,
      "capabilities": {
        "tools": "unknown",
        "vision": "unknown",
        "streaming": "unknown",
        "reasoning": "unknown",
        "structuredOutput": "unknown",
        "embedding": "unknown",
        "audio": "unknown",
        "fillInMiddle": "unknown"
      }
    }
  },
  {
    "id": "ollama/three:1b",
    "name": "Three",
    "engine": "ollama",
    "files": [],
    "served": {
      "name": "three:1b",
      "here": true,
      "sizeBytes": 5,
      "contextWindow": 8,
      "servedContext": 4,
      "maxOutputTokens": 2,
      "family": "llama",
      "parametersBillions": 1.5,
      "quantization": "Q4_K_M",
      "modified": "2026-11-20T00:00:00Z",
      "capabilities": {
        "tools": "yes",
        "vision": "unknown",
        "streaming": "unknown",
        "reasoning": "unknown",
        "structuredOutput": "unknown",
        "embedding": "unknown",
        "audio": "unknown",
        "fillInMiddle": "unknown"
      }
    }
  }
] satisfies ModelManifest[];

export const waitings = [
  {
    "reason": "retry",
    "attempt": 1,
    "untilMs": 1763632800000,
    "failure": {
      "code": "network",
      "message": "The connection was cut.",
      "recovery": [
        "Check the connection and try again."
      ],
      "retryable": true
    }
  },
  {
    "reason": "offline"
  },
  {
    "reason": "storage_full",
    "neededBytes": 5
  },
  {
    "reason": "storage_full",
    "neededBytes": null
  }
] satisfies Waiting[];

export const models = [
  {
    "id": "one",
    "name": "One",
    "description": null,
    "engine": "wllama",
    "served": true,
    "contextWindow": null,
    "sizeBytes": null,
    "presence": "absent",
    "presentBytes": 0,
    "verified": null,
    "residency": "unloaded",
    "jobId": null,
    "inUse": false
  },
  {
    "id": "one",
    "name": "One",
    "description": "Small.",
    "engine": "wllama",
    "served": false,
    "contextWindow": 512,
    "sizeBytes": 5,
    "presence": "partial",
    "presentBytes": 0,
    "verified": true,
    "residency": "loading",
    "jobId": 1,
    "inUse": true
  },
  {
    "id": "one",
    "name": "One",
    "description": "Small.",
    "engine": "wllama",
    "served": false,
    "contextWindow": 512,
    "sizeBytes": 5,
    "presence": "cached",
    "presentBytes": 0,
    "verified": true,
    "residency": "resident",
    "jobId": 1,
    "inUse": true
  }
] satisfies ModelState[];

export const conversations = [
  {
    "id": "c",
    "activeModel": null,
    "requestedModel": null,
    "intent": 1,
    "answering": false,
    "route": null
  },
  {
    "id": "c",
    "activeModel": "one",
    "requestedModel": "one",
    "intent": 1,
    "answering": true,
    "route": {
      "profile": "fast",
      "modelId": "one",
      "explanation": [
        "It is small."
      ]
    }
  }
] satisfies ConversationState[];

export const jobs = [
  {
    "id": 1,
    "modelId": "one",
    "epoch": 2,
    "lifecycle": "queued",
    "origin": "selection",
    "position": 0,
    "progress": null,
    "waiting": null,
    "failure": null,
    "cancelReason": null
  },
  {
    "id": 1,
    "modelId": "one",
    "epoch": 2,
    "lifecycle": "downloading",
    "origin": "download",
    "position": null,
    "progress": {
      "jobId": 1,
      "modelId": "one",
      "epoch": 2,
      "percentage": null,
      "downloadedBytes": 1,
      "totalBytes": null,
      "speed": 0.5,
      "etaSeconds": null,
      "phase": "downloading",
      "timestamp": 1763632800000
    },
    "waiting": {
      "reason": "offline"
    },
    "failure": null,
    "cancelReason": null
  },
  {
    "id": 1,
    "modelId": "one",
    "epoch": 2,
    "lifecycle": "paused",
    "origin": "download",
    "position": null,
    "progress": {
      "jobId": 1,
      "modelId": "one",
      "epoch": 2,
      "percentage": null,
      "downloadedBytes": 1,
      "totalBytes": null,
      "speed": 0.5,
      "etaSeconds": null,
      "phase": "downloading",
      "timestamp": 1763632800000
    },
    "waiting": null,
    "failure": null,
    "cancelReason": null
  },
  {
    "id": 1,
    "modelId": "one",
    "epoch": 2,
    "lifecycle": "compiling",
    "origin": "download",
    "position": null,
    "progress": {
      "jobId": 1,
      "modelId": "one",
      "epoch": 2,
      "percentage": 12.5,
      "downloadedBytes": 1,
      "totalBytes": 8,
      "speed": 0.5,
      "etaSeconds": 14.0,
      "phase": "compiling",
      "timestamp": 1763632800000
    },
    "waiting": null,
    "failure": null,
    "cancelReason": null
  },
  {
    "id": 1,
    "modelId": "one",
    "epoch": 2,
    "lifecycle": "ready",
    "origin": "download",
    "position": null,
    "progress": {
      "jobId": 1,
      "modelId": "one",
      "epoch": 2,
      "percentage": 12.5,
      "downloadedBytes": 1,
      "totalBytes": 8,
      "speed": 0.5,
      "etaSeconds": 14.0,
      "phase": "ready",
      "timestamp": 1763632800000
    },
    "waiting": null,
    "failure": null,
    "cancelReason": null
  },
  {
    "id": 1,
    "modelId": "one",
    "epoch": 2,
    "lifecycle": "failed",
    "origin": "selection",
    "position": null,
    "progress": null,
    "waiting": null,
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
    "cancelReason": "superseded"
  },
  {
    "id": 1,
    "modelId": "one",
    "epoch": 2,
    "lifecycle": "canceled",
    "origin": "selection",
    "position": null,
    "progress": null,
    "waiting": null,
    "failure": null,
    "cancelReason": "user"
  }
] satisfies JobState[];

export const engines = [
  {
    "id": "wllama",
    "model": null,
    "residency": "loading",
    "loadFraction": null,
    "answers": 0,
    "serves": true,
    "reach": "down",
    "coolDowns": [
      {
        "modelId": null,
        "untilMs": 1763632800000,
        "asked": false
      },
      {
        "modelId": "one",
        "untilMs": 1763632800000,
        "asked": true
      }
    ]
  },
  {
    "id": "wllama",
    "model": "one",
    "residency": "loading",
    "loadFraction": 0.5,
    "answers": 0,
    "serves": false,
    "reach": null,
    "coolDowns": []
  }
] satisfies EngineState[];

export const storages = [
  {
    "weights": "opfs",
    "records": "indexeddb",
    "persistence": "persistent",
    "usedBytes": 5,
    "failure": null
  },
  {
    "weights": "opfs",
    "records": "indexeddb",
    "persistence": "best-effort",
    "usedBytes": 5,
    "failure": null
  },
  {
    "weights": "memory",
    "records": "memory",
    "persistence": "session",
    "usedBytes": 5,
    "failure": {
      "code": "network",
      "message": "The connection was cut.",
      "recovery": [
        "Check the connection and try again."
      ],
      "retryable": true
    }
  }
] satisfies StorageState[];

export const patches = [
  {
    "models": [],
    "conversations": [],
    "jobs": [],
    "engines": [],
    "profiles": null,
    "storage": null,
    "staleDropped": null
  },
  {
    "models": [
      [
        "one",
        {
          "id": "one",
          "name": "One",
          "description": "Small.",
          "engine": "wllama",
          "served": false,
          "contextWindow": 512,
          "sizeBytes": 5,
          "presence": "cached",
          "presentBytes": 0,
          "verified": true,
          "residency": "resident",
          "jobId": 1,
          "inUse": true
        }
      ],
      [
        "two",
        null
      ]
    ],
    "conversations": [
      [
        "c",
        {
          "id": "c",
          "activeModel": "one",
          "requestedModel": "one",
          "intent": 1,
          "answering": true,
          "route": {
            "profile": "fast",
            "modelId": "one",
            "explanation": [
              "It is small."
            ]
          }
        }
      ],
      [
        "d",
        null
      ]
    ],
    "jobs": [
      [
        1,
        {
          "id": 1,
          "modelId": "one",
          "epoch": 2,
          "lifecycle": "canceled",
          "origin": "selection",
          "position": null,
          "progress": null,
          "waiting": null,
          "failure": null,
          "cancelReason": "user"
        }
      ],
      [
        2,
        null
      ]
    ],
    "engines": [
      [
        "wllama",
        {
          "id": "wllama",
          "model": "one",
          "residency": "loading",
          "loadFraction": 0.5,
          "answers": 0,
          "serves": false,
          "reach": null,
          "coolDowns": []
        }
      ],
      [
        "other",
        null
      ]
    ],
    "profiles": [
      {
        "name": "fast",
        "description": "Quick answers from small models.",
        "required": [
          "streaming"
        ],
        "preferredFamilies": [
          "phi",
          "gemma",
          "mistral"
        ],
        "minContext": 4096,
        "fallback": "general",
        "order": "smallestFirst"
      },
      {
        "name": "general",
        "description": "Conversation about anything.",
        "required": [
          "streaming"
        ],
        "preferredFamilies": [
          "llama",
          "mistral",
          "qwen"
        ],
        "minContext": 8192,
        "fallback": null,
        "order": "largestContextFirst"
      },
      {
        "name": "code",
        "description": "Writing and reading programs.",
        "required": [
          "streaming"
        ],
        "preferredFamilies": [
          "codellama",
          "deepseek-coder",
          "starcoder",
          "qwen"
        ],
        "minContext": 16384,
        "fallback": "general",
        "order": "largestContextFirst"
      },
      {
        "name": "creative",
        "description": "Stories and other free writing.",
        "required": [
          "streaming"
        ],
        "preferredFamilies": [
          "llama",
          "mistral"
        ],
        "minContext": 8192,
        "fallback": "general",
        "order": "largestContextFirst"
      }
    ],
    "storage": {
      "weights": "memory",
      "records": "memory",
      "persistence": "session",
      "usedBytes": 5,
      "failure": {
        "code": "network",
        "message": "The connection was cut.",
        "recovery": [
          "Check the connection and try again."
        ],
        "retryable": true
      }
    },
    "staleDropped": 1
  }
] satisfies Patch[];

export const outcomes = [
  {
    "status": "activated"
  },
  {
    "status": "superseded"
  },
  {
    "status": "failed",
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
    }
  },
  {
    "status": "canceled"
  }
] satisfies SelectionOutcome[];

export const events = [
  {
    "type": "modelSelected",
    "conversationId": "c",
    "modelId": "one",
    "intent": 1,
    "downloadNeeded": true
  },
  {
    "type": "modelActivated",
    "conversationId": "c",
    "modelId": "one",
    "previousModelId": null
  },
  {
    "type": "modelActivated",
    "conversationId": "c",
    "modelId": "one",
    "previousModelId": "two"
  },
  {
    "type": "modelLoaded",
    "engineId": "wllama",
    "modelId": "one"
  },
  {
    "type": "modelUnloaded",
    "engineId": "wllama",
    "modelId": "one"
  },
  {
    "type": "modelLoadFailed",
    "engineId": "wllama",
    "modelId": "one",
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
    }
  },
  {
    "type": "modelRemoved",
    "modelId": "one",
    "freedBytes": 5
  },
  {
    "type": "modelRemoveFailed",
    "modelId": "one",
    "failure": {
      "code": "network",
      "message": "The connection was cut.",
      "recovery": [
        "Check the connection and try again."
      ],
      "retryable": true
    }
  },
  {
    "type": "storageFailed",
    "failure": {
      "code": "network",
      "message": "The connection was cut.",
      "recovery": [
        "Check the connection and try again."
      ],
      "retryable": true
    }
  },
  {
    "type": "modelRouted",
    "conversationId": "c",
    "decision": {
      "chosen": {
        "id": "fits",
        "provider": "wllama",
        "by": "profile",
        "tieBreak": "family"
      },
      "request": {
        "wish": {
          "profile": "general"
        },
        "needs": {
          "tokens": 5000,
          "tools": false,
          "images": false,
          "capabilities": []
        },
        "strict": false
      },
      "path": [
        {
          "profile": {
            "name": "general",
            "description": "Conversation about anything.",
            "required": [
              "streaming"
            ],
            "preferredFamilies": [
              "llama",
              "mistral",
              "qwen"
            ],
            "minContext": 8192,
            "fallback": null,
            "order": "largestContextFirst"
          },
          "verdicts": [
            {
              "id": "fits",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "fits-too",
              "provider": "wllama",
              "standing": {
                "familyPosition": 2,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "away",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "unreachable",
                "reason": "offline"
              },
              "despite": null
            },
            {
              "id": "heavy",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "needsDownload",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "diskFull",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "large",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "gpuMemoryTooSmall",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "modern",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "featureMissing",
                "need": "webgpu"
              },
              "despite": null
            },
            {
              "id": "of no family",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "familyNotPreferred"
              },
              "despite": null
            },
            {
              "id": "short",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 2048,
                  "source": "default"
                }
              },
              "dropped": {
                "rule": "contextTooSmall",
                "need": 8192,
                "have": 2048,
                "source": "default",
                "by": "profile"
              },
              "despite": null
            }
          ]
        }
      ],
      "warnings": [],
      "catalogVersion": "1"
    },
    "explanation": [
      "“fits” (wllama) was chosen for general: llama comes before qwen in the families it prefers.",
      "“fits-too” (wllama) fits too, in place 2.",
      "“away” (wllama) was left out: there is no network.",
      "“heavy” (wllama) was left out: its download needs 0.0 MB and 0.0 MB are free.",
      "“large” (wllama) was left out: it needs 0.0 MB of graphics memory and there are 0.0 MB.",
      "“modern” (wllama) was left out: this browser has no WebGPU.",
      "“of no family” (wllama) was left out: general takes only llama, mistral, qwen.",
      "“short” (wllama) was left out: general asks for 8,192 tokens of context and it has 2,048 (assumed, as nobody says)."
    ]
  },
  {
    "type": "modelRouted",
    "conversationId": "c",
    "decision": {
      "chosen": {
        "id": "fits",
        "provider": "wllama",
        "by": "profile",
        "tieBreak": "family"
      },
      "request": {
        "wish": {
          "profile": "fast"
        },
        "needs": {
          "tokens": 5000,
          "tools": false,
          "images": false,
          "capabilities": []
        },
        "strict": false
      },
      "path": [
        {
          "profile": {
            "name": "fast",
            "description": "Quick answers from small models.",
            "required": [
              "streaming"
            ],
            "preferredFamilies": [
              "phi",
              "gemma",
              "mistral"
            ],
            "minContext": 4096,
            "fallback": "general",
            "order": "smallestFirst"
          },
          "verdicts": [
            {
              "id": "away",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "unreachable",
                "reason": "offline"
              },
              "despite": null
            },
            {
              "id": "fits",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "familyNotPreferred"
              },
              "despite": null
            },
            {
              "id": "fits-too",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "familyNotPreferred"
              },
              "despite": null
            },
            {
              "id": "heavy",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "needsDownload",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "diskFull",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "large",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "gpuMemoryTooSmall",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "modern",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "featureMissing",
                "need": "webgpu"
              },
              "despite": null
            },
            {
              "id": "of no family",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "familyNotPreferred"
              },
              "despite": null
            },
            {
              "id": "short",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 2048,
                  "source": "default"
                }
              },
              "dropped": {
                "rule": "contextTooSmall",
                "need": 5000,
                "have": 2048,
                "source": "default",
                "by": "request"
              },
              "despite": null
            }
          ]
        },
        {
          "profile": {
            "name": "general",
            "description": "Conversation about anything.",
            "required": [
              "streaming"
            ],
            "preferredFamilies": [
              "llama",
              "mistral",
              "qwen"
            ],
            "minContext": 8192,
            "fallback": null,
            "order": "largestContextFirst"
          },
          "verdicts": [
            {
              "id": "fits",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "fits-too",
              "provider": "wllama",
              "standing": {
                "familyPosition": 2,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "away",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "unreachable",
                "reason": "offline"
              },
              "despite": null
            },
            {
              "id": "heavy",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "needsDownload",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "diskFull",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "large",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "gpuMemoryTooSmall",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "modern",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "featureMissing",
                "need": "webgpu"
              },
              "despite": null
            },
            {
              "id": "of no family",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "familyNotPreferred"
              },
              "despite": null
            },
            {
              "id": "short",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 2048,
                  "source": "default"
                }
              },
              "dropped": {
                "rule": "contextTooSmall",
                "need": 8192,
                "have": 2048,
                "source": "default",
                "by": "profile"
              },
              "despite": null
            }
          ]
        }
      ],
      "warnings": [
        {
          "warning": "overrideNotAvailable",
          "profile": "fast",
          "model": "nowhere",
          "dropped": null,
          "closest": []
        },
        {
          "warning": "preferenceUnused",
          "profile": "fast",
          "found": [
            "llama",
            "qwen",
            "unknown"
          ]
        }
      ],
      "catalogVersion": "1"
    },
    "explanation": [
      "No model fits fast, so general was asked instead.",
      "“fits” (wllama) was chosen for general: llama comes before qwen in the families it prefers.",
      "“nowhere” is set for fast but was not taken: there is no such model.",
      "fast prefers families of which no model is here; llama, qwen, unknown would fit otherwise.",
      "“fits-too” (wllama) fits too, in place 2.",
      "“away” (wllama) was left out: there is no network.",
      "“heavy” (wllama) was left out: its download needs 0.0 MB and 0.0 MB are free.",
      "“large” (wllama) was left out: it needs 0.0 MB of graphics memory and there are 0.0 MB.",
      "“modern” (wllama) was left out: this browser has no WebGPU.",
      "“of no family” (wllama) was left out: general takes only llama, mistral, qwen.",
      "“short” (wllama) was left out: general asks for 8,192 tokens of context and it has 2,048 (assumed, as nobody says).",
      "“fits” (wllama) was left out: fast takes only phi, gemma, mistral.",
      "“fits-too” (wllama) was left out: fast takes only phi, gemma, mistral.",
      "“short” (wllama) was left out: this request needs 5,000 tokens of context and it has 2,048 (assumed, as nobody says)."
    ]
  },
  {
    "type": "modelRouted",
    "conversationId": "c",
    "decision": {
      "chosen": {
        "id": "fits",
        "provider": "wllama",
        "by": "profile",
        "tieBreak": "family"
      },
      "request": {
        "wish": {
          "inline": {
            "name": "inline",
            "required": [
              "tools"
            ],
            "preferredFamilies": [
              "llama"
            ],
            "minContext": 4096.0,
            "fallback": "general",
            "order": "smallestFirst"
          }
        },
        "needs": {
          "tokens": 5000,
          "tools": false,
          "images": false,
          "capabilities": []
        },
        "strict": false
      },
      "path": [
        {
          "profile": {
            "name": "inline",
            "description": "",
            "required": [
              "tools"
            ],
            "preferredFamilies": [
              "llama"
            ],
            "minContext": 4096,
            "fallback": "general",
            "order": "smallestFirst"
          },
          "verdicts": [
            {
              "id": "away",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "unreachable",
                "reason": "offline"
              },
              "despite": null
            },
            {
              "id": "fits",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "capabilityMissing",
                "need": "tools",
                "have": "unknown",
                "by": "profile"
              },
              "despite": null
            },
            {
              "id": "fits-too",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "capabilityMissing",
                "need": "tools",
                "have": "unknown",
                "by": "profile"
              },
              "despite": null
            },
            {
              "id": "heavy",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "needsDownload",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "diskFull",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "large",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "gpuMemoryTooSmall",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "modern",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "featureMissing",
                "need": "webgpu"
              },
              "despite": null
            },
            {
              "id": "of no family",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "capabilityMissing",
                "need": "tools",
                "have": "unknown",
                "by": "profile"
              },
              "despite": null
            },
            {
              "id": "short",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 2048,
                  "source": "default"
                }
              },
              "dropped": {
                "rule": "contextTooSmall",
                "need": 5000,
                "have": 2048,
                "source": "default",
                "by": "request"
              },
              "despite": null
            }
          ]
        },
        {
          "profile": {
            "name": "general",
            "description": "Conversation about anything.",
            "required": [
              "streaming"
            ],
            "preferredFamilies": [
              "llama",
              "mistral",
              "qwen"
            ],
            "minContext": 8192,
            "fallback": null,
            "order": "largestContextFirst"
          },
          "verdicts": [
            {
              "id": "fits",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "fits-too",
              "provider": "wllama",
              "standing": {
                "familyPosition": 2,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "away",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "unreachable",
                "reason": "offline"
              },
              "despite": null
            },
            {
              "id": "heavy",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "needsDownload",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "diskFull",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "large",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "gpuMemoryTooSmall",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "modern",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "featureMissing",
                "need": "webgpu"
              },
              "despite": null
            },
            {
              "id": "of no family",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "familyNotPreferred"
              },
              "despite": null
            },
            {
              "id": "short",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 2048,
                  "source": "default"
                }
              },
              "dropped": {
                "rule": "contextTooSmall",
                "need": 8192,
                "have": 2048,
                "source": "default",
                "by": "profile"
              },
              "despite": null
            }
          ]
        }
      ],
      "warnings": [],
      "catalogVersion": "1"
    },
    "explanation": [
      "No model fits inline, so general was asked instead.",
      "“fits” (wllama) was chosen for general: llama comes before qwen in the families it prefers.",
      "“fits-too” (wllama) fits too, in place 2.",
      "“away” (wllama) was left out: there is no network.",
      "“heavy” (wllama) was left out: its download needs 0.0 MB and 0.0 MB are free.",
      "“large” (wllama) was left out: it needs 0.0 MB of graphics memory and there are 0.0 MB.",
      "“modern” (wllama) was left out: this browser has no WebGPU.",
      "“of no family” (wllama) was left out: general takes only llama, mistral, qwen.",
      "“short” (wllama) was left out: general asks for 8,192 tokens of context and it has 2,048 (assumed, as nobody says).",
      "“fits” (wllama) was left out: nobody says that it can use tools, and inline asks for that.",
      "“fits-too” (wllama) was left out: nobody says that it can use tools, and inline asks for that.",
      "“of no family” (wllama) was left out: nobody says that it can use tools, and inline asks for that.",
      "“short” (wllama) was left out: this request needs 5,000 tokens of context and it has 2,048 (assumed, as nobody says)."
    ]
  },
  {
    "type": "modelRouted",
    "conversationId": "c",
    "decision": {
      "chosen": {
        "id": "fits",
        "provider": "wllama",
        "by": "name",
        "tieBreak": "alone"
      },
      "request": {
        "wish": {
          "model": "fits"
        },
        "needs": {
          "tokens": 5000,
          "tools": false,
          "images": false,
          "capabilities": []
        },
        "strict": false
      },
      "path": [
        {
          "profile": null,
          "verdicts": [
            {
              "id": "fits",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "away",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "notAskedFor"
              },
              "despite": null
            },
            {
              "id": "fits-too",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "notAskedFor"
              },
              "despite": null
            },
            {
              "id": "heavy",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "needsDownload",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "notAskedFor"
              },
              "despite": null
            },
            {
              "id": "large",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "notAskedFor"
              },
              "despite": null
            },
            {
              "id": "modern",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "notAskedFor"
              },
              "despite": null
            },
            {
              "id": "of no family",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "notAskedFor"
              },
              "despite": null
            },
            {
              "id": "short",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 2048,
                  "source": "default"
                }
              },
              "dropped": {
                "rule": "notAskedFor"
              },
              "despite": null
            }
          ]
        }
      ],
      "warnings": [],
      "catalogVersion": "1"
    },
    "explanation": [
      "“fits” (wllama) was chosen: it was asked for by name.",
      "“away” (wllama) was left out: another model was asked for by name.",
      "“fits-too” (wllama) was left out: another model was asked for by name.",
      "“heavy” (wllama) was left out: another model was asked for by name.",
      "“large” (wllama) was left out: another model was asked for by name.",
      "“modern” (wllama) was left out: another model was asked for by name.",
      "“of no family” (wllama) was left out: another model was asked for by name.",
      "“short” (wllama) was left out: another model was asked for by name."
    ]
  },
  {
    "type": "modelRouted",
    "conversationId": null,
    "decision": {
      "chosen": null,
      "request": {
        "wish": {
          "profile": "general"
        },
        "needs": {
          "tools": true,
          "images": true,
          "capabilities": [
            "reasoning"
          ]
        },
        "strict": true
      },
      "path": [
        {
          "profile": {
            "name": "general",
            "description": "Conversation about anything.",
            "required": [
              "streaming"
            ],
            "preferredFamilies": [
              "llama",
              "mistral",
              "qwen"
            ],
            "minContext": 8192,
            "fallback": null,
            "order": "largestContextFirst"
          },
          "verdicts": [
            {
              "id": "away",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "unreachable",
                "reason": "offline"
              },
              "despite": null
            },
            {
              "id": "fits",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "capabilityMissing",
                "need": "tools",
                "have": "unknown",
                "by": "request"
              },
              "despite": null
            },
            {
              "id": "fits-too",
              "provider": "wllama",
              "standing": {
                "familyPosition": 2,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "capabilityMissing",
                "need": "tools",
                "have": "unknown",
                "by": "request"
              },
              "despite": null
            },
            {
              "id": "heavy",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "needsDownload",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "diskFull",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "large",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "gpuMemoryTooSmall",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "modern",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "featureMissing",
                "need": "webgpu"
              },
              "despite": null
            },
            {
              "id": "of no family",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "capabilityMissing",
                "need": "tools",
                "have": "unknown",
                "by": "request"
              },
              "despite": null
            },
            {
              "id": "short",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 2048,
                  "source": "default"
                }
              },
              "dropped": {
                "rule": "contextTooSmall",
                "need": 8192,
                "have": 2048,
                "source": "default",
                "by": "profile"
              },
              "despite": null
            }
          ]
        }
      ],
      "warnings": [],
      "catalogVersion": "1"
    },
    "explanation": [
      "No model fits general.",
      "“away” (wllama) was left out: there is no network.",
      "“fits” (wllama) was left out: nobody says that it can use tools, and this request needs that.",
      "“fits-too” (wllama) was left out: nobody says that it can use tools, and this request needs that.",
      "“heavy” (wllama) was left out: its download needs 0.0 MB and 0.0 MB are free.",
      "“large” (wllama) was left out: it needs 0.0 MB of graphics memory and there are 0.0 MB.",
      "“modern” (wllama) was left out: this browser has no WebGPU.",
      "“of no family” (wllama) was left out: nobody says that it can use tools, and this request needs that.",
      "“short” (wllama) was left out: general asks for 8,192 tokens of context and it has 2,048 (assumed, as nobody says)."
    ]
  },
  {
    "type": "answerStarted",
    "conversationId": "c",
    "modelId": "one",
    "provider": "wllama",
    "answerId": 1
  },
  {
    "type": "answerEnded",
    "conversationId": "c",
    "modelId": "one",
    "provider": "wllama",
    "answerId": 1,
    "failure": null,
    "tried": []
  },
  {
    "type": "answerEnded",
    "conversationId": "c",
    "modelId": "one",
    "provider": "wllama",
    "answerId": 1,
    "failure": {
      "code": "network",
      "message": "The connection was cut.",
      "recovery": [
        "Check the connection and try again."
      ],
      "retryable": true
    },
    "tried": [
      {
        "modelId": "one",
        "provider": "wllama",
        "failure": {
          "code": "network",
          "message": "The connection was cut.",
          "recovery": [
            "Check the connection and try again."
          ],
          "retryable": true
        }
      }
    ]
  },
  {
    "type": "answerStarted",
    "conversationId": null,
    "modelId": "ollama/two",
    "provider": "ollama",
    "answerId": 2
  },
  {
    "type": "answerFellBack",
    "conversationId": "c",
    "answerId": 1,
    "from": {
      "modelId": "ollama/two",
      "provider": "ollama"
    },
    "to": {
      "modelId": "one",
      "provider": "wllama"
    },
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
    "afterText": true,
    "decision": {
      "chosen": {
        "id": "fits",
        "provider": "wllama",
        "by": "profile",
        "tieBreak": "family"
      },
      "request": {
        "wish": {
          "profile": "general"
        },
        "needs": {
          "tokens": 5000,
          "tools": false,
          "images": false,
          "capabilities": []
        },
        "strict": false
      },
      "path": [
        {
          "profile": {
            "name": "general",
            "description": "Conversation about anything.",
            "required": [
              "streaming"
            ],
            "preferredFamilies": [
              "llama",
              "mistral",
              "qwen"
            ],
            "minContext": 8192,
            "fallback": null,
            "order": "largestContextFirst"
          },
          "verdicts": [
            {
              "id": "fits",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "fits-too",
              "provider": "wllama",
              "standing": {
                "familyPosition": 2,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "away",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "unreachable",
                "reason": "offline"
              },
              "despite": null
            },
            {
              "id": "heavy",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "needsDownload",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "diskFull",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "large",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "gpuMemoryTooSmall",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "modern",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "featureMissing",
                "need": "webgpu"
              },
              "despite": null
            },
            {
              "id": "of no family",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "familyNotPreferred"
              },
              "despite": null
            },
            {
              "id": "short",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 2048,
                  "source": "default"
                }
              },
              "dropped": {
                "rule": "contextTooSmall",
                "need": 8192,
                "have": 2048,
                "source": "default",
                "by": "profile"
              },
              "despite": null
            }
          ]
        }
      ],
      "warnings": [],
      "catalogVersion": "1"
    },
    "explanation": [
      "“fits” (wllama) was chosen for general: llama comes before qwen in the families it prefers.",
      "“fits-too” (wllama) fits too, in place 2.",
      "“away” (wllama) was left out: there is no network.",
      "“heavy” (wllama) was left out: its download needs 0.0 MB and 0.0 MB are free.",
      "“large” (wllama) was left out: it needs 0.0 MB of graphics memory and there are 0.0 MB.",
      "“modern” (wllama) was left out: this browser has no WebGPU.",
      "“of no family” (wllama) was left out: general takes only llama, mistral, qwen.",
      "“short” (wllama) was left out: general asks for 8,192 tokens of context and it has 2,048 (assumed, as nobody says)."
    ]
  },
  {
    "type": "selectionSettled",
    "conversationId": "c",
    "modelId": "one",
    "intent": 1,
    "outcome": {
      "status": "activated"
    }
  },
  {
    "type": "selectionSettled",
    "conversationId": "c",
    "modelId": "one",
    "intent": 1,
    "outcome": {
      "status": "superseded"
    }
  },
  {
    "type": "selectionSettled",
    "conversationId": "c",
    "modelId": "one",
    "intent": 1,
    "outcome": {
      "status": "failed",
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
      }
    }
  },
  {
    "type": "selectionSettled",
    "conversationId": "c",
    "modelId": "one",
    "intent": 1,
    "outcome": {
      "status": "canceled"
    }
  },
  {
    "type": "downloadQueued",
    "jobId": 1,
    "modelId": "one",
    "epoch": 2,
    "origin": "selection"
  },
  {
    "type": "downloadStarted",
    "jobId": 1,
    "modelId": "one",
    "epoch": 2
  },
  {
    "type": "downloadProgress",
    "progress": {
      "jobId": 1,
      "modelId": "one",
      "epoch": 2,
      "percentage": 12.5,
      "downloadedBytes": 1,
      "totalBytes": 8,
      "speed": 0.5,
      "etaSeconds": 14.0,
      "phase": "downloading",
      "timestamp": 1763632800000
    }
  },
  {
    "type": "downloadWaiting",
    "jobId": 1,
    "modelId": "one",
    "epoch": 2,
    "waiting": {
      "reason": "retry",
      "attempt": 1,
      "untilMs": 1763632800000,
      "failure": {
        "code": "network",
        "message": "The connection was cut.",
        "recovery": [
          "Check the connection and try again."
        ],
        "retryable": true
      }
    }
  },
  {
    "type": "downloadPaused",
    "jobId": 1,
    "modelId": "one",
    "epoch": 2,
    "failure": {
      "code": "network",
      "message": "The connection was cut.",
      "recovery": [
        "Check the connection and try again."
      ],
      "retryable": true
    }
  },
  {
    "type": "downloadPaused",
    "jobId": 1,
    "modelId": "one",
    "epoch": 2,
    "failure": null
  },
  {
    "type": "downloadCompiling",
    "jobId": 1,
    "modelId": "one",
    "epoch": 2
  },
  {
    "type": "downloadReady",
    "jobId": 1,
    "modelId": "one",
    "epoch": 2
  },
  {
    "type": "downloadFailed",
    "jobId": 1,
    "modelId": "one",
    "epoch": 2,
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
    }
  },
  {
    "type": "downloadCanceled",
    "jobId": 1,
    "modelId": "one",
    "epoch": 2,
    "reason": "superseded"
  }
] satisfies Event[];

export const commands = [
  {
    "type": "requestAnswer",
    "conversationId": "c",
    "needs": {
      "tools": false,
      "images": false,
      "capabilities": []
    }
  },
  {
    "type": "requestAnswer",
    "modelId": "one",
    "needs": {
      "tokens": 5,
      "tools": true,
      "images": false,
      "capabilities": []
    },
    "fallback": "afterText"
  },
  {
    "type": "openConversation",
    "conversationId": "c"
  },
  {
    "type": "removeConversation",
    "conversationId": "c"
  },
  {
    "type": "select",
    "conversationId": "c",
    "modelId": "one"
  },
  {
    "type": "download",
    "modelId": "one"
  },
  {
    "type": "cancel",
    "jobId": 1
  },
  {
    "type": "pause",
    "jobId": 1
  },
  {
    "type": "resume",
    "jobId": 1
  },
  {
    "type": "retry",
    "jobId": 1
  },
  {
    "type": "move",
    "jobId": 1,
    "position": 0
  },
  {
    "type": "dismiss",
    "jobId": 1
  },
  {
    "type": "removeModel",
    "modelId": "one",
    "unload": false
  },
  {
    "type": "unloadEngine",
    "engineId": "wllama"
  },
  {
    "type": "addModels",
    "models": [
      {
        "id": "one",
        "name": "One",
        "description": "Small.",
        "engine": "wllama",
        "contextWindow": 512,
        "files": [
          {
            "name": "one.gguf",
            "url": "https://models.example/one.gguf",
            "sizeBytes": 5,
            "sha256": "018e11428139c0c43e15b7f16c716cad0a357b6600544bcb3f9d4c785d25e75e"
          }
        ]
      },
      {
        "id": "two",
        "name": "Two",
        "engine": "wllama",
        "files": []
      },
      {
        "id": "ollama/two",
        "name": "Two",
        "engine": "ollama",
        "files": [],
        "served": {
          "name": "two",
          "here": false,
          "capabilities": {
            "tools": "unknown",
            "vision": "unknown",
            "streaming": "unknown",
            "reasoning": "unknown",
            "structuredOutput": "unknown",
            "embedding": "unknown",
            "audio": "unknown",
            "fillInMiddle": "unknown"
          }
        }
      },
      {
        "id": "ollama/three:1b",
        "name": "Three",
        "engine": "ollama",
        "files": [],
        "served": {
          "name": "three:1b",
          "here": true,
          "sizeBytes": 5,
          "contextWindow": 8,
          "servedContext": 4,
          "maxOutputTokens": 2,
          "family": "llama",
          "parametersBillions": 1.5,
          "quantization": "Q4_K_M",
          "modified": "2026-11-20T00:00:00Z",
          "capabilities": {
            "tools": "yes",
            "vision": "unknown",
            "streaming": "unknown",
            "reasoning": "unknown",
            "structuredOutput": "unknown",
            "embedding": "unknown",
            "audio": "unknown",
            "fillInMiddle": "unknown"
          }
        }
      }
    ]
  },
  {
    "type": "setServed",
    "engineId": "ollama",
    "models": [
      {
        "id": "ollama/two",
        "name": "Two",
        "engine": "ollama",
        "files": [],
        "served": {
          "name": "two",
          "here": false,
          "capabilities": {
            "tools": "unknown",
            "vision": "unknown",
            "streaming": "unknown",
            "reasoning": "unknown",
            "structuredOutput": "unknown",
            "embedding": "unknown",
            "audio": "unknown",
            "fillInMiddle": "unknown"
          }
        }
      },
      {
        "id": "ollama/three:1b",
        "name": "Three",
        "engine": "ollama",
        "files": [],
        "served": {
          "name": "three:1b",
          "here": true,
          "sizeBytes": 5,
          "contextWindow": 8,
          "servedContext": 4,
          "maxOutputTokens": 2,
          "family": "llama",
          "parametersBillions": 1.5,
          "quantization": "Q4_K_M",
          "modified": "2026-11-20T00:00:00Z",
          "capabilities": {
            "tools": "yes",
            "vision": "unknown",
            "streaming": "unknown",
            "reasoning": "unknown",
            "structuredOutput": "unknown",
            "embedding": "unknown",
            "audio": "unknown",
            "fillInMiddle": "unknown"
          }
        }
      }
    ]
  },
  {
    "type": "addServed",
    "model": {
      "id": "ollama/two",
      "name": "Two",
      "engine": "ollama",
      "files": [],
      "served": {
        "name": "two",
        "here": false,
        "capabilities": {
          "tools": "unknown",
          "vision": "unknown",
          "streaming": "unknown",
          "reasoning": "unknown",
          "structuredOutput": "unknown",
          "embedding": "unknown",
          "audio": "unknown",
          "fillInMiddle": "unknown"
        }
      }
    }
  },
  {
    "type": "describe",
    "modelIds": [
      "one"
    ]
  },
  {
    "type": "removeServer",
    "engineId": "ollama"
  },
  {
    "type": "serverReach",
    "engineId": "ollama",
    "reach": "cors"
  },
  {
    "type": "abortAnswer",
    "answerId": 1
  },
  {
    "type": "selectProfile",
    "conversationId": "c",
    "profile": "fast",
    "needs": {
      "tools": false,
      "images": false,
      "capabilities": []
    }
  },
  {
    "type": "lookUp",
    "names": [
      "llama3.1"
    ]
  },
  {
    "type": "describeDevice",
    "online": true,
    "freeDiskBytes": 9
  },
  {
    "type": "configure"
  },
  {
    "type": "configure",
    "catalog": [
      {
        "name": "mine:*",
        "family": "mine",
        "contextWindow": 8192.0,
        "capabilities": {
          "tools": "yes"
        },
        "parametersBillions": 0.5
      },
      {
        "name": "other",
        "aliasOf": "gpt-4o"
      }
    ],
    "profiles": [],
    "overrides": [
      {
        "profile": "fast",
        "model": "nowhere"
      }
    ],
    "defaultModel": "ollama/two",
    "defaultProfile": "",
    "superseded": "keep"
  },
  {
    "type": "route",
    "request": {
      "wish": {
        "profile": "general"
      },
      "needs": {
        "tokens": 5000,
        "tools": false,
        "images": false,
        "capabilities": []
      },
      "strict": false
    }
  },
  {
    "type": "route",
    "request": {
      "wish": {
        "profile": "fast"
      },
      "needs": {
        "tokens": 5000,
        "tools": false,
        "images": false,
        "capabilities": []
      },
      "strict": false
    }
  },
  {
    "type": "route",
    "request": {
      "wish": {
        "inline": {
          "name": "inline",
          "required": [
            "tools"
          ],
          "preferredFamilies": [
            "llama"
          ],
          "minContext": 4096.0,
          "fallback": "general",
          "order": "smallestFirst"
        }
      },
      "needs": {
        "tokens": 5000,
        "tools": false,
        "images": false,
        "capabilities": []
      },
      "strict": false
    }
  },
  {
    "type": "route",
    "request": {
      "wish": {
        "model": "fits"
      },
      "needs": {
        "tokens": 5000,
        "tools": false,
        "images": false,
        "capabilities": []
      },
      "strict": false
    }
  },
  {
    "type": "route",
    "request": {
      "wish": {
        "profile": "general"
      },
      "needs": {
        "tools": true,
        "images": true,
        "capabilities": [
          "reasoning"
        ]
      },
      "strict": true
    }
  }
] satisfies Command[];

export const replies = [
  {
    "type": "done"
  },
  {
    "type": "selected",
    "intent": 1
  },
  {
    "type": "job",
    "jobId": 1,
    "epoch": 2
  },
  {
    "type": "answer",
    "answerId": 1
  },
  {
    "type": "routed",
    "modelId": "one",
    "intent": 1
  },
  {
    "type": "found",
    "lookups": "[{\"name\":\"\",\"family\":\"\",\"class\":null,\"context\":0,\"effectiveContext\":0,\"maxOutput\":0,\"capabilities\":0,\"profiles\":0,\"parametersMillions\":null,\"activeParametersMillions\":null,\"quantization\":null,\"format\":null,\"sizeBytes\":null,\"gpuMemoryBytes\":null,\"released\":null,\"origin\":0,\"matched\":0,\"overridden\":null},{\"context\":{\"0\":{\"tokens\":128000,\"source\":\"bundled\"},\"1\":{\"tokens\":131072,\"source\":\"bundled\"},\"2\":{\"tokens\":8192,\"source\":\"user\"},\"3\":{\"tokens\":4096,\"source\":\"default\"}},\"effectiveContext\":{\"0\":{\"tokens\":128000,\"source\":\"bundled\"},\"1\":{\"tokens\":4096,\"source\":\"bundled\"},\"2\":{\"tokens\":8192,\"source\":\"user\"},\"3\":{\"tokens\":4096,\"source\":\"default\"}},\"maxOutput\":{\"0\":{\"tokens\":16384,\"source\":\"bundled\"},\"1\":{\"tokens\":4096,\"source\":\"bundled\"},\"2\":{\"tokens\":32000,\"source\":\"bundled\"},\"3\":{\"tokens\":2048,\"source\":\"default\"}},\"capabilities\":{\"0\":{\"tools\":\"yes\",\"vision\":\"yes\",\"streaming\":\"unknown\",\"reasoning\":\"no\",\"structuredOutput\":\"yes\",\"embedding\":\"unknown\",\"audio\":\"yes\",\"fillInMiddle\":\"unknown\"},\"1\":{\"tools\":\"yes\",\"vision\":\"no\",\"streaming\":\"yes\",\"reasoning\":\"unknown\",\"structuredOutput\":\"unknown\",\"embedding\":\"unknown\",\"audio\":\"unknown\",\"fillInMiddle\":\"unknown\"},\"2\":{\"tools\":\"yes\",\"vision\":\"no\",\"streaming\":\"yes\",\"reasoning\":\"unknown\",\"structuredOutput\":\"yes\",\"embedding\":\"unknown\",\"audio\":\"unknown\",\"fillInMiddle\":\"unknown\"},\"3\":{\"tools\":\"yes\",\"vision\":\"unknown\",\"streaming\":\"unknown\",\"reasoning\":\"unknown\",\"structuredOutput\":\"unknown\",\"embedding\":\"unknown\",\"audio\":\"unknown\",\"fillInMiddle\":\"unknown\"},\"4\":{\"tools\":\"unknown\",\"vision\":\"unknown\",\"streaming\":\"unknown\",\"reasoning\":\"unknown\",\"structuredOutput\":\"unknown\",\"embedding\":\"unknown\",\"audio\":\"unknown\",\"fillInMiddle\":\"unknown\"}},\"profiles\":{\"0\":[],\"1\":[\"general\",\"code\",\"creative\"]},\"origin\":{\"0\":{\"sources\":[\"litellm 1.109.1\",\"@earendil-works/pi-ai 1.5.2\",\"@pydantic/genai-prices 0.1.8\"],\"date\":\"2026-11-20\",\"contextSpread\":{\"lowest\":64000,\"highest\":131072,\"listings\":34}},\"1\":{\"sources\":[\"rules\"],\"date\":\"2026-11-20\",\"contextSpread\":null},\"2\":{\"sources\":[\"litellm 1.109.1\",\"@pydantic/genai-prices 0.1.8\",\"@mlc-ai/web-llm 0.2.86\",\"rules\"],\"date\":\"2026-11-20\",\"contextSpread\":null},\"3\":{\"sources\":[],\"date\":null,\"contextSpread\":null}}},[{\"family\":\"gpt\",\"class\":\"general\",\"context\":0,\"effectiveContext\":0,\"maxOutput\":0,\"capabilities\":0,\"profiles\":0,\"released\":\"2024-05-13\",\"origin\":0,\"matched\":{\"step\":\"exact\",\"key\":\"gpt-4o\",\"stripped\":[],\"tiedWith\":null}},{\"family\":\"llama\",\"class\":\"general\",\"context\":0,\"effectiveContext\":0,\"maxOutput\":1,\"capabilities\":1,\"profiles\":1,\"origin\":1,\"matched\":{\"step\":\"pattern\",\"key\":\"llama3.1:*\",\"stripped\":[],\"tiedWith\":null}},{\"family\":\"llama\",\"class\":\"general\",\"context\":1,\"effectiveContext\":1,\"maxOutput\":2,\"capabilities\":2,\"profiles\":1,\"gpuMemoryBytes\":922746880,\"origin\":2,\"matched\":{\"step\":\"exact\",\"key\":\"llama-3.2-1b-instruct-q4f16_1-mlc\",\"stripped\":[],\"tiedWith\":null}},{\"family\":\"mine\",\"context\":2,\"effectiveContext\":2,\"maxOutput\":3,\"capabilities\":3,\"profiles\":0,\"parametersMillions\":500,\"origin\":3,\"matched\":{\"step\":\"pattern\",\"key\":\"mine:*\",\"stripped\":[],\"tiedWith\":null}},{\"family\":\"unknown\",\"context\":3,\"effectiveContext\":3,\"maxOutput\":3,\"capabilities\":4,\"profiles\":0,\"origin\":3,\"matched\":{\"step\":\"none\",\"key\":null,\"stripped\":[],\"tiedWith\":null}}],[[0,[]],[0,[{\"part\":\"defaultTag\",\"text\":\":latest\"}]],[{\"parametersMillions\":1000,\"quantization\":\"q4f16_1\",\"format\":\"mlc\"},[]],[0,[{\"part\":\"owner\",\"text\":\"acme/\"}]],[{\"quantization\":\"Q4_K_M\"},[]]],[0,0,1,1,2,2,0,3,3,4,4,0]]"
  },
  {
    "type": "described",
    "facts": "[[],[],[],[]]"
  },
  {
    "type": "decided",
    "decision": {
      "chosen": {
        "id": "fits",
        "provider": "wllama",
        "by": "profile",
        "tieBreak": "family"
      },
      "request": {
        "wish": {
          "profile": "general"
        },
        "needs": {
          "tokens": 5000,
          "tools": false,
          "images": false,
          "capabilities": []
        },
        "strict": false
      },
      "path": [
        {
          "profile": {
            "name": "general",
            "description": "Conversation about anything.",
            "required": [
              "streaming"
            ],
            "preferredFamilies": [
              "llama",
              "mistral",
              "qwen"
            ],
            "minContext": 8192,
            "fallback": null,
            "order": "largestContextFirst"
          },
          "verdicts": [
            {
              "id": "fits",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "fits-too",
              "provider": "wllama",
              "standing": {
                "familyPosition": 2,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": null,
              "despite": null
            },
            {
              "id": "away",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "unreachable",
                "reason": "offline"
              },
              "despite": null
            },
            {
              "id": "heavy",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "needsDownload",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "diskFull",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "large",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "gpuMemoryTooSmall",
                "need": 9000,
                "have": 1000
              },
              "despite": null
            },
            {
              "id": "modern",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "featureMissing",
                "need": "webgpu"
              },
              "despite": null
            },
            {
              "id": "of no family",
              "provider": "wllama",
              "standing": {
                "familyPosition": null,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 32000,
                  "source": "bundled"
                }
              },
              "dropped": {
                "rule": "familyNotPreferred"
              },
              "despite": null
            },
            {
              "id": "short",
              "provider": "wllama",
              "standing": {
                "familyPosition": 0,
                "readiness": "cached",
                "unsure": false,
                "parametersMillions": 500,
                "context": {
                  "tokens": 2048,
                  "source": "default"
                }
              },
              "dropped": {
                "rule": "contextTooSmall",
                "need": 8192,
                "have": 2048,
                "source": "default",
                "by": "profile"
              },
              "despite": null
            }
          ]
        }
      ],
      "warnings": [],
      "catalogVersion": "1"
    },
    "explanation": [
      "It is small."
    ],
    "failure": {
      "code": "network",
      "message": "The connection was cut.",
      "recovery": [
        "Check the connection and try again."
      ],
      "retryable": true
    }
  }
] satisfies Reply[];

export const lookups = [
  {
    "name": "gpt-4o",
    "family": "gpt",
    "class": "general",
    "context": {
      "tokens": 128000,
      "source": "bundled"
    },
    "effectiveContext": {
      "tokens": 128000,
      "source": "bundled"
    },
    "maxOutput": {
      "tokens": 16384,
      "source": "bundled"
    },
    "capabilities": {
      "tools": "yes",
      "vision": "yes",
      "streaming": "unknown",
      "reasoning": "no",
      "structuredOutput": "yes",
      "embedding": "unknown",
      "audio": "yes",
      "fillInMiddle": "unknown"
    },
    "profiles": [],
    "parametersMillions": null,
    "activeParametersMillions": null,
    "quantization": null,
    "format": null,
    "sizeBytes": null,
    "gpuMemoryBytes": null,
    "released": "2024-05-13",
    "origin": {
      "sources": [
        "litellm 1.109.1",
        "@earendil-works/pi-ai 1.5.2",
        "@pydantic/genai-prices 0.1.8"
      ],
      "date": "2026-11-20",
      "contextSpread": {
        "lowest": 64000,
        "highest": 131072,
        "listings": 34
      }
    },
    "matched": {
      "step": "exact",
      "key": "gpt-4o",
      "stripped": [],
      "tiedWith": null
    },
    "overridden": null
  },
  {
    "name": "llama3.1",
    "family": "llama",
    "class": "general",
    "context": {
      "tokens": 128000,
      "source": "bundled"
    },
    "effectiveContext": {
      "tokens": 128000,
      "source": "bundled"
    },
    "maxOutput": {
      "tokens": 4096,
      "source": "bundled"
    },
    "capabilities": {
      "tools": "yes",
      "vision": "no",
      "streaming": "yes",
      "reasoning": "unknown",
      "structuredOutput": "unknown",
      "embedding": "unknown",
      "audio": "unknown",
      "fillInMiddle": "unknown"
    },
    "profiles": [
      "general",
      "code",
      "creative"
    ],
    "parametersMillions": null,
    "activeParametersMillions": null,
    "quantization": null,
    "format": null,
    "sizeBytes": null,
    "gpuMemoryBytes": null,
    "released": null,
    "origin": {
      "sources": [
        "rules"
      ],
      "date": "2026-11-20",
      "contextSpread": null
    },
    "matched": {
      "step": "pattern",
      "key": "llama3.1:*",
      "stripped": [
        {
          "part": "defaultTag",
          "text": ":latest"
        }
      ],
      "tiedWith": null
    },
    "overridden": null
  },
  {
    "name": "Llama-3.2-1B-Instruct-q4f16_1-MLC",
    "family": "llama",
    "class": "general",
    "context": {
      "tokens": 131072,
      "source": "bundled"
    },
    "effectiveContext": {
      "tokens": 4096,
      "source": "bundled"
    },
    "maxOutput": {
      "tokens": 32000,
      "source": "bundled"
    },
    "capabilities": {
      "tools": "yes",
      "vision": "no",
      "streaming": "yes",
      "reasoning": "unknown",
      "structuredOutput": "yes",
      "embedding": "unknown",
      "audio": "unknown",
      "fillInMiddle": "unknown"
    },
    "profiles": [
      "general",
      "code",
      "creative"
    ],
    "parametersMillions": 1000,
    "activeParametersMillions": null,
    "quantization": "q4f16_1",
    "format": "mlc",
    "sizeBytes": null,
    "gpuMemoryBytes": 922746880,
    "released": null,
    "origin": {
      "sources": [
        "litellm 1.109.1",
        "@pydantic/genai-prices 0.1.8",
        "@mlc-ai/web-llm 0.2.86",
        "rules"
      ],
      "date": "2026-11-20",
      "contextSpread": null
    },
    "matched": {
      "step": "exact",
      "key": "llama-3.2-1b-instruct-q4f16_1-mlc",
      "stripped": [],
      "tiedWith": null
    },
    "overridden": null
  },
  {
    "name": "acme/gpt-4o",
    "family": "gpt",
    "class": "general",
    "context": {
      "tokens": 128000,
      "source": "bundled"
    },
    "effectiveContext": {
      "tokens": 128000,
      "source": "bundled"
    },
    "maxOutput": {
      "tokens": 16384,
      "source": "bundled"
    },
    "capabilities": {
      "tools": "yes",
      "vision": "yes",
      "streaming": "unknown",
      "reasoning": "no",
      "structuredOutput": "yes",
      "embedding": "unknown",
      "audio": "yes",
      "fillInMiddle": "unknown"
    },
    "profiles": [],
    "parametersMillions": null,
    "activeParametersMillions": null,
    "quantization": null,
    "format": null,
    "sizeBytes": null,
    "gpuMemoryBytes": null,
    "released": "2024-05-13",
    "origin": {
      "sources": [
        "litellm 1.109.1",
        "@earendil-works/pi-ai 1.5.2",
        "@pydantic/genai-prices 0.1.8"
      ],
      "date": "2026-11-20",
      "contextSpread": {
        "lowest": 64000,
        "highest": 131072,
        "listings": 34
      }
    },
    "matched": {
      "step": "exact",
      "key": "gpt-4o",
      "stripped": [
        {
          "part": "owner",
          "text": "acme/"
        }
      ],
      "tiedWith": null
    },
    "overridden": null
  },
  {
    "name": "mine:7b-q4_K_M",
    "family": "mine",
    "class": null,
    "context": {
      "tokens": 8192,
      "source": "user"
    },
    "effectiveContext": {
      "tokens": 8192,
      "source": "user"
    },
    "maxOutput": {
      "tokens": 2048,
      "source": "default"
    },
    "capabilities": {
      "tools": "yes",
      "vision": "unknown",
      "streaming": "unknown",
      "reasoning": "unknown",
      "structuredOutput": "unknown",
      "embedding": "unknown",
      "audio": "unknown",
      "fillInMiddle": "unknown"
    },
    "profiles": [],
    "parametersMillions": 500,
    "activeParametersMillions": null,
    "quantization": "Q4_K_M",
    "format": null,
    "sizeBytes": null,
    "gpuMemoryBytes": null,
    "released": null,
    "origin": {
      "sources": [],
      "date": null,
      "contextSpread": null
    },
    "matched": {
      "step": "pattern",
      "key": "mine:*",
      "stripped": [],
      "tiedWith": null
    },
    "overridden": null
  },
  {
    "name": "nobody-knows",
    "family": "unknown",
    "class": null,
    "context": {
      "tokens": 4096,
      "source": "default"
    },
    "effectiveContext": {
      "tokens": 4096,
      "source": "default"
    },
    "maxOutput": {
      "tokens": 2048,
      "source": "default"
    },
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
    "profiles": [],
    "parametersMillions": null,
    "activeParametersMillions": null,
    "quantization": null,
    "format": null,
    "sizeBytes": null,
    "gpuMemoryBytes": null,
    "released": null,
    "origin": {
      "sources": [],
      "date": null,
      "contextSpread": null
    },
    "matched": {
      "step": "none",
      "key": null,
      "stripped": [],
      "tiedWith": null
    },
    "overridden": null
  }
] satisfies Lookup[];
