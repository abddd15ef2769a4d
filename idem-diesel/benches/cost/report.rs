//! The table, and the files.

use crate::Res;
use crate::runner::Figures;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

impl Figures {
    /// Whether both were measured in the same rounds.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        let setting = |figures: &Self| {
            (
                figures.database,
                figures.driver,
                figures.durability,
                figures.link_ms.to_bits(),
                figures.clients,
            )
        };
        setting(self) == setting(other)
    }
}

/// Prints the table's head.
pub(crate) fn head() {
    println!(
        "{:<48} {:<14} {:>7} {:>9} {:>10} {:>10} {:>6} {:>7}",
        "", "case", "ratio", "ops/s", "p50 µs", "p99 µs", "trips", "log B"
    );
}

/// Prints the figures of one setting.
pub(crate) fn print(figures: &[Figures]) {
    for (number, row) in figures.iter().enumerate() {
        let setting = if number == 0 {
            setting(row)
        } else {
            String::new()
        };
        println!(
            "{setting:<48} {:<14} {:>7} {:>9.0} {:>10.1} {:>10.1} {:>6} {:>7}",
            row.case,
            ratio(row.ratio),
            row.ops_per_s,
            row.p50_us,
            row.p99_us,
            known(row.round_trips, 1),
            known(row.log_bytes, 0),
        );
    }
}

/// Writes the JSON and says where.
pub(crate) fn write_json(name: &str, figures: &[impl Serialize]) -> Res<()> {
    let path = target_folder()?.join(name);
    let mut text = serde_json::to_string_pretty(figures)?;
    text.push('\n');
    fs::write(&path, text)?;
    println!("\nwritten: {}", path.display());
    Ok(())
}

/// Cargo's target folder, known by the file with which Cargo marks it as a cache.
pub(crate) fn target_folder() -> Res<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file());
    Ok(folder.map_or_else(|| PathBuf::from("target"), Path::to_path_buf))
}

fn setting(figures: &Figures) -> String {
    let link = if figures.link_ms > 0.0 {
        format!(", +{} ms link", figures.link_ms)
    } else {
        String::new()
    };
    let clients = if figures.clients == 1 {
        "client"
    } else {
        "clients"
    };
    format!(
        "{} {} {}{link}, {} {clients}",
        figures.database, figures.driver, figures.durability, figures.clients
    )
}

fn ratio(ratio: f64) -> String {
    if ratio < 10.0 {
        format!("{ratio:.2}")
    } else {
        format!("{ratio:.0}×")
    }
}

fn known(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}
