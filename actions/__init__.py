"""What the dialogue can do: rasa-sdk actions, one module per capability, and the plain functions behind them."""
