// Written by tests/shapes.rs: MODELYARD_WRITE_TYPES=1 cargo test --test shapes. Do not edit.
import type {
  Command,
  ConversationState,
  EngineState,
  Event,
  Failure,
  JobState,
  ModelManifest,
  ModelState,
  Patch,
  Reply,
  SelectionOutcome,
  StorageState,
  Waiting,
} from "../src/generated/index.js";

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
    "answering": false
  },
  {
    "id": "c",
    "activeModel": "one",
    "requestedModel": "one",
    "intent": 1,
    "answering": true
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
    "answers": 0
  },
  {
    "id": "wllama",
    "model": "one",
    "residency": "loading",
    "loadFraction": 0.5,
    "answers": 0
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
          "answering": true
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
          "answers": 0
        }
      ],
      [
        "other",
        null
      ]
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
    "type": "answerStarted",
    "conversationId": "c",
    "modelId": "one",
    "answerId": 1
  },
  {
    "type": "answerEnded",
    "conversationId": "c",
    "modelId": "one",
    "answerId": 1,
    "failure": null
  },
  {
    "type": "answerEnded",
    "conversationId": "c",
    "modelId": "one",
    "answerId": 1,
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
      }
    ]
  },
  {
    "type": "requestAnswer",
    "conversationId": "c"
  },
  {
    "type": "abortAnswer",
    "answerId": 1
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
  }
] satisfies Reply[];
