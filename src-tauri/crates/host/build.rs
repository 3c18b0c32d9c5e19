//! Compiles the host anew when the interface was built: release builds embed its files.

fn main() {
    println!("cargo::rerun-if-changed=../../../ui/dist");
}
