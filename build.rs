//! Has the program rebuilt when the built front end changes, whose files are embedded under names that change
//! with them.

fn main() {
    println!("cargo::rerun-if-changed=frontend/dist");
    println!("cargo::rerun-if-changed=build.rs");
}
