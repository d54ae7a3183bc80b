namespace Worker.Operations.Profiling;

/// <summary>A stack that a thread was seen with.</summary>
/// <param name="Thread">The operating system's number of the thread.</param>
/// <param name="IsManaged">Whether it ran managed code; otherwise it waited, or was in the kernel or in native code.</param>
/// <param name="Frames">The methods, the innermost first.</param>
/// <param name="Count">How often it was seen.</param>
/// <param name="LastLook">The number of the look that saw it last; looks count through all threads.</param>
internal sealed record SampledStack(int Thread, bool IsManaged, IReadOnlyList<string> Frames, int Count, int LastLook);
