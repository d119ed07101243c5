using JaccardKernels.Tiles;

namespace JaccardKernels.Gpu;

// Names: rows x columns of a group, x steps of a strip; r: results of a thread where they are not 8 x 8. Registers of a thread: its results, the
// vectors it combines (4 a vector) and those it fetches ahead; 8 x 8 results fit 128 registers, two groups of 256 threads on a multiprocessor.

/// <summary>128 x 128 results, one strip after the other, threads in rows.</summary>
[TileShape(128, 128, 8, 8, 8)]
internal readonly partial struct Rows128x128x8;

/// <summary>The same, with the threads of a warp in a block: fewer different addresses a read of shared memory.</summary>
[TileShape(128, 128, 8, 8, 8, WarpRows = 32, WarpColumns = 64)]
internal readonly partial struct Warps128x128x8;

/// <summary>The same, with the next strip fetched ahead.</summary>
[TileShape(128, 128, 8, 8, 8, WarpRows = 32, WarpColumns = 64, Buffers = 2)]
internal readonly partial struct Tile128x128x8;

/// <summary>Longer strips: half the barriers.</summary>
[TileShape(128, 128, 16, 8, 8, WarpRows = 32, WarpColumns = 64, Buffers = 2)]
internal readonly partial struct Tile128x128x16;

/// <summary>Half the columns: twice the groups.</summary>
[TileShape(128, 64, 8, 8, 8, WarpRows = 32, WarpColumns = 64, Buffers = 2)]
internal readonly partial struct Tile128x64x8;

/// <summary>For results of a few tiles only.</summary>
[TileShape(64, 64, 16, 8, 8, WarpRows = 32, WarpColumns = 64, Buffers = 2)]
internal readonly partial struct Tile64x64x16;

/// <summary>The same in shorter strips, for operands that are fetched element by element: their addresses take registers.</summary>
[TileShape(64, 64, 8, 8, 8, WarpRows = 32, WarpColumns = 64, Buffers = 2)]
internal readonly partial struct Tile64x64x8;

/// <summary>As many threads as 128 x 128, each with a quarter of the results: for small results.</summary>
[TileShape(64, 64, 16, 4, 4, WarpRows = 16, WarpColumns = 32, Buffers = 2)]
internal readonly partial struct Tile64x64x16r4;

/// <summary>16 threads, for devices that take no more, among them ILGPU's simulator.</summary>
[TileShape(16, 16, 8, 4, 4, Buffers = 2)]
internal readonly partial struct Tile16x16x8r4;

/// <summary>Tensor cores in tf32: 8 warps of 64 x 32 results.</summary>
[TileShape(128, 128, 16, 0, 0, WarpRows = 64, WarpColumns = 32, Buffers = 2, Tensor = "Tf32")]
internal readonly partial struct Tf32Tile128x128x16;

/// <summary>Tensor cores in tf32: 4 warps of 32 x 32 results, for small ones.</summary>
[TileShape(64, 64, 16, 0, 0, WarpRows = 32, WarpColumns = 32, Buffers = 2, Tensor = "Tf32")]
internal readonly partial struct Tf32Tile64x64x16;

/// <summary>Tensor cores in bf16: 8 warps of 64 x 32 results.</summary>
[TileShape(128, 128, 16, 0, 0, WarpRows = 64, WarpColumns = 32, Buffers = 2, Tensor = "Bf16")]
internal readonly partial struct Bf16Tile128x128x16;

/// <summary>Tensor cores in bf16: 4 warps of 32 x 32 results, for small ones.</summary>
[TileShape(64, 64, 16, 0, 0, WarpRows = 32, WarpColumns = 32, Buffers = 2, Tensor = "Bf16")]
internal readonly partial struct Bf16Tile64x64x16;
