namespace Benchmarks.Contestants;

/// <summary>What a contestant says about its memory; a program without a garbage collector says nothing.</summary>
internal sealed record ContestantFigures(long? AllocatedBytes, int? Gen0, int? Gen1, int? Gen2)
{
    /// <summary>Of several processes, or since an earlier look, together.</summary>
    public static ContestantFigures operator +(ContestantFigures one, ContestantFigures other) => new(
        one.AllocatedBytes + other.AllocatedBytes, one.Gen0 + other.Gen0, one.Gen1 + other.Gen1, one.Gen2 + other.Gen2);

    public static ContestantFigures operator -(ContestantFigures now, ContestantFigures before) => new(
        now.AllocatedBytes - before.AllocatedBytes, now.Gen0 - before.Gen0, now.Gen1 - before.Gen1, now.Gen2 - before.Gen2);
}
