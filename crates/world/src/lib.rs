//! The fictional world: a made-up port city, published by made-up organisations, with ground truth. A pure function of its seed.
