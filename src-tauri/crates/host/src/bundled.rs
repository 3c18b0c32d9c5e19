//! What this program is made of, with its licences: of the program a list that a house test holds against Cargo's own
//! (`bundled.tsv`), of the interface what its build wrote down.

use coldframe_protocol as wire;

use crate::http;

const PROGRAM: &str = include_str!("bundled.tsv");

pub(crate) fn about() -> wire::About {
    let mut components: Vec<wire::Component> = PROGRAM.lines().filter_map(component).collect();
    components.extend(http::components());
    wire::About {
        version: env!("CARGO_PKG_VERSION").into(),
        license: env!("CARGO_PKG_LICENSE").into(),
        components,
    }
}

/// Name, version and licence of a line.
fn component(line: &str) -> Option<wire::Component> {
    let mut cells = line.split('\t').map(str::to_owned);
    Some(wire::Component {
        name: cells.next()?,
        version: cells.next()?,
        license: cells.next()?,
        part: "program".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_a_component() {
        assert_eq!(PROGRAM.lines().filter_map(component).count(), PROGRAM.lines().count());
        assert!(about().components.iter().any(|component| component.name == "tokio"));
    }
}
