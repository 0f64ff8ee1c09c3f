//! Random-looking numbers that are the same on every machine.

/// A linear congruential generator modulo 2^32 (the constants of Numerical Recipes).
///
/// Good enough to fill weights that nobody reads; not for anything secret.
#[derive(Debug, Clone)]
pub struct Noise {
    state: u32,
}

impl Noise {
    /// Starts a sequence; equal seeds give equal sequences.
    pub const fn new(seed: u32) -> Self {
        Self { state: seed }
    }

    /// The next weight: at least -0.25, below 0.25.
    pub fn weight(&mut self) -> f32 {
        self.state = self.state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let unit = f64::from(self.state) / 4_294_967_296.0;
        // Rounding to the nearest f32 is the point: a weight is an f32.
        #[allow(clippy::cast_possible_truncation)]
        let weight = ((unit - 0.5) * 0.5) as f32;
        weight
    }
}
