//! The chart: what a fresh call costs, and how fast a repeated one is answered.

use crate::Res;
use crate::cases::Case;
use crate::report::target_folder;
use crate::runner::Figures;
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plane<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// One panel's cases, each with its colour.
type Cases = &'static [(Case, RGBColor)];

const COSTS: Cases = &[
    (Case::Fresh, RGBColor(0x1f, 0x6f, 0xb4)),
    (Case::FreshUnit, RGBColor(0x7f, 0xb8, 0xe6)),
    (Case::RecordedError, RGBColor(0xc4, 0x5b, 0x3c)),
];
const ANSWERS: Cases = &[
    (Case::Replay, RGBColor(0x2e, 0x8b, 0x57)),
    (Case::ReplayPeek, RGBColor(0x8f, 0xcf, 0xa5)),
    (Case::InFlight, RGBColor(0xb0, 0x8d, 0x2e)),
];

/// How ratios become heights, and back.
#[derive(Clone, Copy)]
enum Scale {
    Linear,
    /// From a hundredth on.
    Logarithmic,
}

impl Scale {
    fn height(self, ratio: f64) -> f64 {
        match self {
            Self::Linear => ratio,
            Self::Logarithmic => (ratio.log10() + 2.0).max(0.0),
        }
    }

    fn ratio(self, height: f64) -> f64 {
        match self {
            Self::Linear => height,
            Self::Logarithmic => 10_f64.powf(height - 2.0),
        }
    }
}

/// Draws the chart and says where.
pub(crate) fn draw(figures: &[Figures]) -> Res<()> {
    let groups: Vec<&[Figures]> = figures.chunk_by(Figures::is_beside).collect();
    let path = target_folder()?.join("idem-bench.svg");
    let width = 200 + 72 * u32::try_from(groups.len())?;
    let area = SVGBackend::new(&path, (width, 920)).into_drawing_area();
    area.fill(&WHITE)?;
    let (above, below) = area.split_vertically(460);
    let title = "Calls with a new key, per second, where the bare transaction is 1";
    panel(&above, title, &groups, COSTS, Scale::Linear)?;
    let title =
        "Answers to repeated calls, per second, where the bare transaction is 1 (logarithmic)";
    panel(&below, title, &groups, ANSWERS, Scale::Logarithmic)?;
    area.present()?;
    println!("written: {}", path.display());
    Ok(())
}

fn panel(
    area: &Area<'_>,
    title: &str,
    groups: &[&[Figures]],
    cases: Cases,
    scale: Scale,
) -> Res<()> {
    let right = f64::from(u32::try_from(groups.len())?);
    let ratios = groups
        .iter()
        .copied()
        .flatten()
        .filter(|row| colour(cases, row.case).is_some());
    let most = ratios
        .map(|row| scale.height(row.ratio))
        .fold(scale.height(1.2), f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(64)
        .y_label_area_size(52)
        .right_y_label_area_size(110)
        .build_cartesian_2d(0.0..right, 0.0..most * 1.04)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(0)
        .light_line_style(WHITE)
        .y_label_formatter(&|height| number(scale.ratio(*height)))
        .draw()?;
    let plane = chart.plotting_area();
    for (index, group) in (0_u32..).zip(groups) {
        bars(plane, group, cases, f64::from(index), scale)?;
        label(plane, group, f64::from(index) + 0.5)?;
    }
    let one = scale.height(1.0);
    plane.draw(&PathElement::new(
        [(0.0, one), (right, one)],
        BLACK.stroke_width(1),
    ))?;
    for (index, (case, colour)) in (0..).zip(cases) {
        let style = ("sans-serif", 13).into_font().color(colour);
        plane.draw(
            &(EmptyElement::at((right, most)) + Text::new(case.name(), (10, 18 * index), style)),
        )?;
    }
    Ok(())
}

fn colour(cases: Cases, case: Case) -> Option<RGBColor> {
    let found = cases.iter().find(|(shown, _)| *shown == case);
    found.map(|(_, colour)| *colour)
}

fn bars(plane: &Plane<'_>, group: &[Figures], cases: Cases, left: f64, scale: Scale) -> Res<()> {
    let shown = group
        .iter()
        .filter_map(|row| Some((row, colour(cases, row.case)?)));
    for (index, (row, colour)) in (0_u32..).zip(shown) {
        let left = left + 0.11 + 0.26 * f64::from(index);
        let top = scale.height(row.ratio);
        plane.draw(&Rectangle::new(
            [(left, 0.0), (left + 0.24, top)],
            colour.filled(),
        ))?;
        let centred = ("sans-serif", 9).into_font().into_text_style(plane);
        let centred = centred.pos(Pos::new(HPos::Center, VPos::Bottom));
        let text = Text::new(number(row.ratio), (0, -1), centred);
        plane.draw(&(EmptyElement::at((left + 0.12, top)) + text))?;
    }
    Ok(())
}

/// Says under a group where it was measured.
fn label(plane: &Plane<'_>, group: &[Figures], middle: f64) -> Res<()> {
    let Some(row) = group.first() else {
        return Ok(());
    };
    let clients = match row.link_ms > 0.0 {
        true => format!("{} cl., +{} ms", row.clients, row.link_ms),
        false => format!("{} cl.", row.clients),
    };
    let lines = [
        row.database.to_owned(),
        format!("{} {}", row.driver, row.durability),
        clients,
    ];
    for (index, line) in (0..).zip(lines) {
        let style = ("sans-serif", 11).into_font().into_text_style(plane);
        let style = style.pos(Pos::new(HPos::Center, VPos::Top));
        let text = Text::new(line, (0, 6 + 14 * index), style);
        plane.draw(&(EmptyElement::at((middle, 0.0)) + text))?;
    }
    Ok(())
}

fn number(ratio: f64) -> String {
    if ratio < 10.0 {
        format!("{ratio:.2}")
    } else {
        format!("{ratio:.0}")
    }
}
