/// What `GET /v1/openapi.json` answers: OpenAPI 3.1, kept by hand.
let apiDescription = #"""
  {
    "openapi": "3.1.0",
    "info": {
      "title": "convolved",
      "version": "1",
      "description": "Controls a running convolved over its Unix socket. A request that fails changes nothing that is heard."
    },
    "servers": [{ "url": "http://localhost" }],
    "paths": {
      "/v1/status": {
        "get": {
          "summary": "What the daemon does. Peaks are those since the last request.",
          "responses": { "200": { "$ref": "#/components/responses/document" } }
        }
      },
      "/v1/config": {
        "get": {
          "summary": "The text of the configuration in force.",
          "responses": { "200": { "description": "YAML", "content": { "application/yaml": {} } } }
        },
        "put": {
          "summary": "Puts another configuration in its place, all or nothing; answers when it is heard.",
          "requestBody": { "$ref": "#/components/requestBodies/configuration" },
          "responses": {
            "200": { "$ref": "#/components/responses/configuration" },
            "409": { "$ref": "#/components/responses/problem" },
            "422": { "$ref": "#/components/responses/problem" }
          }
        }
      },
      "/v1/config/check": {
        "post": {
          "summary": "Validates a configuration, kernels and plan included, and changes nothing.",
          "parameters": [
            {
              "name": "folder", "in": "query", "schema": { "type": "string" },
              "description": "Absolute path that relative ones start from; else the folder of the daemon's configuration."
            }
          ],
          "requestBody": { "$ref": "#/components/requestBodies/configuration" },
          "responses": {
            "200": { "$ref": "#/components/responses/configuration" },
            "422": { "$ref": "#/components/responses/problem" }
          }
        }
      },
      "/v1/config/reload": {
        "post": {
          "summary": "Reads the configuration file and its kernels again, all or nothing, as SIGHUP does.",
          "responses": {
            "200": { "$ref": "#/components/responses/configuration" },
            "409": { "$ref": "#/components/responses/problem" },
            "422": { "$ref": "#/components/responses/problem" }
          }
        }
      },
      "/v1/filters": {
        "patch": {
          "summary": "Changes several filters in one step, by their names; answers when that is heard.",
          "requestBody": {
            "required": true,
            "content": {
              "application/json": {
                "schema": {
                  "type": "object", "minProperties": 1,
                  "additionalProperties": { "$ref": "#/components/schemas/FilterChange" }
                },
                "example": { "left": { "gain": -3, "delay": 480 }, "right": { "kernel": "room.wav", "channel": 1 } }
              }
            }
          },
          "responses": {
            "200": { "$ref": "#/components/responses/document" },
            "404": { "$ref": "#/components/responses/problem" },
            "409": { "$ref": "#/components/responses/problem" },
            "422": { "$ref": "#/components/responses/problem" }
          }
        }
      },
      "/v1/filters/{name}/kernel": {
        "put": {
          "summary": "Gives a filter another kernel; answers when it is heard.",
          "parameters": [
            { "name": "name", "in": "path", "required": true, "schema": { "type": "string" } },
            { "name": "channel", "in": "query", "schema": { "type": "integer", "minimum": 0, "maximum": 1023, "default": 0 } },
            {
              "name": "resample", "in": "query", "schema": { "type": "boolean" },
              "description": "Whether a kernel of another rate is resampled or refused; else as the configuration says."
            }
          ],
          "requestBody": {
            "required": true, "description": "A kernel file: its kind is told by Content-Type, else by its first bytes.",
            "content": { "audio/*": {}, "text/*": {}, "application/octet-stream": {} }
          },
          "responses": {
            "200": { "$ref": "#/components/responses/document" },
            "404": { "$ref": "#/components/responses/problem" },
            "409": { "$ref": "#/components/responses/problem" },
            "422": { "$ref": "#/components/responses/problem" }
          }
        }
      },
      "/v1/output": {
        "patch": {
          "summary": "Sets volume, mute, bypass, dither or ceiling; what is not given stays.",
          "requestBody": {
            "required": true,
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "properties": {
                    "volume": { "type": "number", "minimum": -120, "maximum": 0, "description": "dB" },
                    "mute": { "type": "boolean" },
                    "bypass": { "type": "boolean" },
                    "dither": { "enum": ["none", "tpdf"] },
                    "ceiling": {
                      "oneOf": [{ "type": "number", "minimum": -120, "maximum": 0 }, { "const": "none" }],
                      "description": "dB of full scale: a louder sample mutes the output."
                    }
                  }
                }
              }
            }
          },
          "responses": { "200": { "$ref": "#/components/responses/document" } }
        }
      },
      "/v1/verify": {
        "post": {
          "summary": "Streams a random programme through a copy of the engine and compares it with np.convolve; answers when done.",
          "requestBody": {
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "properties": {
                    "seconds": { "type": "number", "exclusiveMinimum": 0, "maximum": 600, "default": 10 },
                    "seed": { "type": "integer", "minimum": 0, "description": "Of the programme; else a random one." }
                  }
                }
              }
            }
          },
          "responses": {
            "200": { "$ref": "#/components/responses/document" },
            "409": { "$ref": "#/components/responses/problem" },
            "422": { "$ref": "#/components/responses/problem" }
          }
        }
      },
      "/v1/events": {
        "get": {
          "summary": "Server-sent events: state, xruns, changes, realtime and, a few times a second, levels.",
          "responses": {
            "200": { "description": "One JSON document an event.", "content": { "text/event-stream": {} } },
            "503": { "$ref": "#/components/responses/problem" }
          }
        }
      },
      "/v1/openapi.json": {
        "get": {
          "summary": "This description.",
          "responses": { "200": { "$ref": "#/components/responses/document" } }
        }
      },
      "/metrics": {
        "get": {
          "summary": "Counters, gauges and the histogram of the load in Prometheus' text format, version 0.0.4.",
          "responses": { "200": { "description": "Metrics", "content": { "text/plain": {} } } }
        }
      }
    },
    "components": {
      "requestBodies": {
        "configuration": {
          "required": true, "description": "A configuration file, 1 MiB at the most.",
          "content": { "application/yaml": {} }
        }
      },
      "responses": {
        "document": { "description": "A JSON document.", "content": { "application/json": {} } },
        "configuration": {
          "description": "The configuration is in order.",
          "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ConfigurationReport" } } }
        },
        "problem": {
          "description": "Why not: RFC 9457.",
          "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
        }
      },
      "schemas": {
        "ConfigurationReport": {
          "type": "object",
          "properties": {
            "filters": { "type": "integer" },
            "plan": { "type": "string" },
            "load": { "type": "number", "description": "Predicted share of its time that a block takes." },
            "restart": { "type": "array", "items": { "type": "string" }, "description": "Keys whose change takes a restart." },
            "interrupts": {
              "type": "array", "items": { "type": "string" }, "description": "Keys whose change makes the sound pause."
            },
            "cause": { "type": "string", "description": "Why nothing is heard though it has been taken over." }
          }
        },
        "FilterChange": {
          "type": "object", "minProperties": 1,
          "properties": {
            "kernel": { "type": "string", "description": "Path from the configuration's folder, or a specification." },
            "channel": { "type": "integer", "minimum": 0, "maximum": 1023, "description": "Of the kernel file." },
            "gain": { "type": "number", "minimum": -200, "maximum": 60, "description": "dB" },
            "delay": { "type": "integer", "minimum": 0, "maximum": 1048576, "description": "Frames" }
          }
        },
        "Problem": {
          "type": "object",
          "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "The text that the commands print." },
            "faults": {
              "type": "array", "description": "All that is wrong with a configuration.",
              "items": {
                "type": "object", "properties": { "line": { "type": "integer" }, "message": { "type": "string" } }
              }
            }
          }
        }
      }
    }
  }

  """#
