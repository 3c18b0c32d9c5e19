//! What the clouds' own conformance suites ask, asked of our doors, with the real frameworks and with the stand-ins.

mod action_proxy;
mod azure_custom_handlers;
mod functions_framework;
mod knative;
mod openwhisk;
