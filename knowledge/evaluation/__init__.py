"""How well the bot understands: question sets, damage, measures and the report of `sveiki eval`."""
