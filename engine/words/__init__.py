"""What people read: findings, troubles and states in words, all of them from `resources/words`."""
