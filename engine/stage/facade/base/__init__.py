"""What every facade is made of."""
