// The drawing of the link board.
