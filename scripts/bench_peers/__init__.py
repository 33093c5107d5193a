"""What scripts/bench-peers runs: attn beside its peers."""
