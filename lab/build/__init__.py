"""The stages that build the lab in a resource group of our own, one module for each thing that the lab makes."""
