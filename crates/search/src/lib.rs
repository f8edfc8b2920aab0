//! Text questions answered from the derived index. No truth lives here, and nothing answers without a permit.
