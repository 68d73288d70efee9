"""How the services behave: durations, models, training, answers. No routes and no state."""
