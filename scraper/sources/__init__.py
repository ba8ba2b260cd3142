"""Sources of bugs: REST, dumps, saved pages. Bytes in, `WireBug` out."""
