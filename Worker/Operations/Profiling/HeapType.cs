namespace Worker.Operations.Profiling;

/// <summary>The objects of one type on the heap.</summary>
internal sealed record HeapType(string Name, long Objects, long Bytes);
