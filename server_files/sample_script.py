#!/usr/bin/env python3
"""Prints how much water passes a sluice gate for a few openings."""

import math

GRAVITY = 9.81  # m/s^2
CONTRACTION = 0.61  # the sheet below a sharp edge is thinner than the opening


def flow(opening_m: float, depth_m: float, width_m: float) -> float:
    """Cubic metres per second below a free-flowing gate."""
    if not 0 <= opening_m < depth_m:
        raise ValueError("the gate must stand below the water's surface")
    ratio = CONTRACTION * opening_m / depth_m
    speed = math.sqrt(2 * GRAVITY * depth_m / (1 + ratio))
    return CONTRACTION * opening_m * width_m * speed


def main() -> None:
    depth_m, width_m = 2.0, 1.5
    print(f"A gate {width_m} m wide, with {depth_m} m of water behind it:")
    for centimetres in (5, 10, 20, 40):
        litres = 1000 * flow(centimetres / 100, depth_m, width_m)
        print(f"{centimetres:3d} cm {litres:6.0f} l/s  {'~' * round(litres / 50)}")


if __name__ == "__main__":
    main()
