// Written by tests/shapes.rs: MODELYARD_WRITE_TYPES=1 cargo test --test shapes. Do not edit.
import type { HubDetails, HubPage } from "../../src/generated/index.js";

export const pages = [
  {
    "repositories": [
      {
        "id": "acme/One-GGUF",
        "gated": "open",
        "private": true,
        "disabled": true,
        "downloads": 5,
        "likes": 6,
        "modified": "text",
        "created": "text",
        "license": "text",
        "task": "text",
        "tags": [
          "gguf"
        ],
        "formats": [
          "gguf",
          "onnx"
        ],
        "architecture": "text",
        "parametersBillions": 0.5,
        "contextWindow": 4096,
        "template": true
      },
      {
        "id": "acme/One-GGUF",
        "gated": "auto",
        "private": true,
        "disabled": true,
        "downloads": 5,
        "likes": 6,
        "modified": "text",
        "created": "text",
        "license": "text",
        "task": "text",
        "tags": [
          "gguf"
        ],
        "formats": [
          "gguf",
          "onnx"
        ],
        "architecture": "text",
        "parametersBillions": 0.5,
        "contextWindow": 4096,
        "template": true
      },
      {
        "id": "acme/One-GGUF",
        "gated": "manual",
        "private": true,
        "disabled": true,
        "downloads": 5,
        "likes": 6,
        "modified": "text",
        "created": "text",
        "license": "text",
        "task": "text",
        "tags": [
          "gguf"
        ],
        "formats": [
          "gguf",
          "onnx"
        ],
        "architecture": "text",
        "parametersBillions": 0.5,
        "contextWindow": 4096,
        "template": true
      },
      {
        "id": "one",
        "gated": "open",
        "private": false,
        "disabled": false,
        "downloads": null,
        "likes": null,
        "modified": null,
        "created": null,
        "license": null,
        "task": null,
        "tags": [],
        "formats": [],
        "architecture": null,
        "parametersBillions": null,
        "contextWindow": null,
        "template": false
      }
    ],
    "next": "next"
  },
  {
    "repositories": [
      {
        "id": "acme/One-GGUF",
        "gated": "open",
        "private": true,
        "disabled": true,
        "downloads": 5,
        "likes": 6,
        "modified": "text",
        "created": "text",
        "license": "text",
        "task": "text",
        "tags": [
          "gguf"
        ],
        "formats": [
          "gguf",
          "onnx"
        ],
        "architecture": "text",
        "parametersBillions": 0.5,
        "contextWindow": 4096,
        "template": true
      },
      {
        "id": "acme/One-GGUF",
        "gated": "auto",
        "private": true,
        "disabled": true,
        "downloads": 5,
        "likes": 6,
        "modified": "text",
        "created": "text",
        "license": "text",
        "task": "text",
        "tags": [
          "gguf"
        ],
        "formats": [
          "gguf",
          "onnx"
        ],
        "architecture": "text",
        "parametersBillions": 0.5,
        "contextWindow": 4096,
        "template": true
      },
      {
        "id": "acme/One-GGUF",
        "gated": "manual",
        "private": true,
        "disabled": true,
        "downloads": 5,
        "likes": 6,
        "modified": "text",
        "created": "text",
        "license": "text",
        "task": "text",
        "tags": [
          "gguf"
        ],
        "formats": [
          "gguf",
          "onnx"
        ],
        "architecture": "text",
        "parametersBillions": 0.5,
        "contextWindow": 4096,
        "template": true
      },
      {
        "id": "one",
        "gated": "open",
        "private": false,
        "disabled": false,
        "downloads": null,
        "likes": null,
        "modified": null,
        "created": null,
        "license": null,
        "task": null,
        "tags": [],
        "formats": [],
        "architecture": null,
        "parametersBillions": null,
        "contextWindow": null,
        "template": false
      }
    ],
    "next": null
  }
] satisfies HubPage[];

export const details = [
  {
    "id": "acme/One-GGUF",
    "gated": "open",
    "private": true,
    "disabled": true,
    "downloads": 5,
    "likes": 6,
    "modified": "text",
    "created": "text",
    "license": "text",
    "task": "text",
    "tags": [
      "gguf"
    ],
    "formats": [
      "gguf",
      "onnx"
    ],
    "architecture": "text",
    "parametersBillions": 0.5,
    "contextWindow": 4096,
    "template": true,
    "revision": "0000000000000000000000000000000000000000",
    "models": [
      {
        "name": "One Q4_0",
        "path": "one-Q4_0.gguf",
        "format": "gguf",
        "quantization": "text",
        "parametersBillions": 0.5,
        "sizeBytes": 5,
        "parts": 1,
        "contextWindow": 4096,
        "manifest": {
          "id": "hf/acme/One-GGUF/Q4_0",
          "name": "One Q4_0",
          "description": "text",
          "engine": "wllama",
          "contextWindow": 4096,
          "catalogName": "text",
          "files": [
            {
              "name": "one-Q4_0.gguf",
              "url": "https://huggingface.co/acme/One-GGUF/resolve/0/one-Q4_0.gguf",
              "sizeBytes": 5
            }
          ]
        },
        "why": null
      },
      {
        "name": "One Q4_0",
        "path": "one-Q4_0.gguf",
        "format": "gguf",
        "quantization": null,
        "parametersBillions": null,
        "sizeBytes": null,
        "parts": 1,
        "contextWindow": null,
        "manifest": null,
        "why": "It is empty."
      }
    ],
    "files": [
      {
        "path": "a/b.gguf",
        "sizeBytes": 5,
        "sha256": "abababababababababababababababababababababababababababababababab",
        "role": "weights"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "projector"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "imatrix"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "tokenizer"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "configuration"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "other"
      }
    ],
    "leftOut": 1,
    "moreFiles": true
  },
  {
    "id": "acme/One-GGUF",
    "gated": "auto",
    "private": true,
    "disabled": true,
    "downloads": 5,
    "likes": 6,
    "modified": "text",
    "created": "text",
    "license": "text",
    "task": "text",
    "tags": [
      "gguf"
    ],
    "formats": [
      "gguf",
      "onnx"
    ],
    "architecture": "text",
    "parametersBillions": 0.5,
    "contextWindow": 4096,
    "template": true,
    "revision": "0000000000000000000000000000000000000000",
    "models": [
      {
        "name": "One Q4_0",
        "path": "one-Q4_0.gguf",
        "format": "gguf",
        "quantization": "text",
        "parametersBillions": 0.5,
        "sizeBytes": 5,
        "parts": 1,
        "contextWindow": 4096,
        "manifest": {
          "id": "hf/acme/One-GGUF/Q4_0",
          "name": "One Q4_0",
          "description": "text",
          "engine": "wllama",
          "contextWindow": 4096,
          "catalogName": "text",
          "files": [
            {
              "name": "one-Q4_0.gguf",
              "url": "https://huggingface.co/acme/One-GGUF/resolve/0/one-Q4_0.gguf",
              "sizeBytes": 5
            }
          ]
        },
        "why": null
      },
      {
        "name": "One Q4_0",
        "path": "one-Q4_0.gguf",
        "format": "gguf",
        "quantization": null,
        "parametersBillions": null,
        "sizeBytes": null,
        "parts": 1,
        "contextWindow": null,
        "manifest": null,
        "why": "It is empty."
      }
    ],
    "files": [
      {
        "path": "a/b.gguf",
        "sizeBytes": 5,
        "sha256": "abababababababababababababababababababababababababababababababab",
        "role": "weights"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "projector"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "imatrix"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "tokenizer"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "configuration"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "other"
      }
    ],
    "leftOut": 1,
    "moreFiles": true
  },
  {
    "id": "acme/One-GGUF",
    "gated": "manual",
    "private": true,
    "disabled": true,
    "downloads": 5,
    "likes": 6,
    "modified": "text",
    "created": "text",
    "license": "text",
    "task": "text",
    "tags": [
      "gguf"
    ],
    "formats": [
      "gguf",
      "onnx"
    ],
    "architecture": "text",
    "parametersBillions": 0.5,
    "contextWindow": 4096,
    "template": true,
    "revision": "0000000000000000000000000000000000000000",
    "models": [
      {
        "name": "One Q4_0",
        "path": "one-Q4_0.gguf",
        "format": "gguf",
        "quantization": "text",
        "parametersBillions": 0.5,
        "sizeBytes": 5,
        "parts": 1,
        "contextWindow": 4096,
        "manifest": {
          "id": "hf/acme/One-GGUF/Q4_0",
          "name": "One Q4_0",
          "description": "text",
          "engine": "wllama",
          "contextWindow": 4096,
          "catalogName": "text",
          "files": [
            {
              "name": "one-Q4_0.gguf",
              "url": "https://huggingface.co/acme/One-GGUF/resolve/0/one-Q4_0.gguf",
              "sizeBytes": 5
            }
          ]
        },
        "why": null
      },
      {
        "name": "One Q4_0",
        "path": "one-Q4_0.gguf",
        "format": "gguf",
        "quantization": null,
        "parametersBillions": null,
        "sizeBytes": null,
        "parts": 1,
        "contextWindow": null,
        "manifest": null,
        "why": "It is empty."
      }
    ],
    "files": [
      {
        "path": "a/b.gguf",
        "sizeBytes": 5,
        "sha256": "abababababababababababababababababababababababababababababababab",
        "role": "weights"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "projector"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "imatrix"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "tokenizer"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "configuration"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "other"
      }
    ],
    "leftOut": 1,
    "moreFiles": true
  },
  {
    "id": "one",
    "gated": "open",
    "private": false,
    "disabled": false,
    "downloads": null,
    "likes": null,
    "modified": null,
    "created": null,
    "license": null,
    "task": null,
    "tags": [],
    "formats": [],
    "architecture": null,
    "parametersBillions": null,
    "contextWindow": null,
    "template": false,
    "revision": "0000000000000000000000000000000000000000",
    "models": [
      {
        "name": "One Q4_0",
        "path": "one-Q4_0.gguf",
        "format": "gguf",
        "quantization": "text",
        "parametersBillions": 0.5,
        "sizeBytes": 5,
        "parts": 1,
        "contextWindow": 4096,
        "manifest": {
          "id": "hf/acme/One-GGUF/Q4_0",
          "name": "One Q4_0",
          "description": "text",
          "engine": "wllama",
          "contextWindow": 4096,
          "catalogName": "text",
          "files": [
            {
              "name": "one-Q4_0.gguf",
              "url": "https://huggingface.co/acme/One-GGUF/resolve/0/one-Q4_0.gguf",
              "sizeBytes": 5
            }
          ]
        },
        "why": null
      },
      {
        "name": "One Q4_0",
        "path": "one-Q4_0.gguf",
        "format": "gguf",
        "quantization": null,
        "parametersBillions": null,
        "sizeBytes": null,
        "parts": 1,
        "contextWindow": null,
        "manifest": null,
        "why": "It is empty."
      }
    ],
    "files": [
      {
        "path": "a/b.gguf",
        "sizeBytes": 5,
        "sha256": "abababababababababababababababababababababababababababababababab",
        "role": "weights"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "projector"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "imatrix"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "tokenizer"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "configuration"
      },
      {
        "path": "a/b.gguf",
        "sizeBytes": null,
        "sha256": null,
        "role": "other"
      }
    ],
    "leftOut": 1,
    "moreFiles": true
  }
] satisfies HubDetails[];
