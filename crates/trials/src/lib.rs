//! Stories and simulation across rooms. Not part of the product.
