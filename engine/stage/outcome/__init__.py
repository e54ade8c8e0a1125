"""What came of a program: exceptions, the scenario's expressions, measured calls, missing libraries."""
