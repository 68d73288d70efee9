"""What is looked at before anything is created: sign-in, rights, providers, regions, names, training data, cost."""
