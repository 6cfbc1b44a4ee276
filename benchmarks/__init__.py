"""What autolog costs, each figure beside a primitive or a bare script of the same run."""
