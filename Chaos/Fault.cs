namespace Chaos;

/// <summary>Something that goes wrong for a while.</summary>
/// <param name="Name">What, in a few words.</param>
/// <param name="InjectAsync">Begins it.</param>
/// <param name="HealAsync">Ends it; from here on the first commit is waited for.</param>
/// <param name="LeastSeconds">Shortest time in between.</param>
/// <param name="MostSeconds">Longest time in between.</param>
internal sealed record Fault(string Name, Func<Task> InjectAsync, Func<Task> HealAsync, int LeastSeconds, int MostSeconds);
