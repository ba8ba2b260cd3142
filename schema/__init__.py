"""What an incident is: the contract, the vocabulary, the types, validation and derived facts."""
