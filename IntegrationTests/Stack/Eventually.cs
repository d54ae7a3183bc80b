namespace IntegrationTests.Stack;

/// <summary>Waits for something to become true, with a deadline, and says what was seen last when it does not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(string what, Func<Task<(bool IsTrue, string Seen)>> look, TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? Patience);
        using var timer = new PeriodicTimer(Interval);
        var seen = "nothing";
        try
        {
            while (true)
            {
                (var isTrue, seen) = await look();
                if (isTrue)
                {
                    return;
                }

                await timer.WaitForNextTickAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Waited {(within ?? Patience).TotalSeconds} s for this: {what}. Seen last: {seen}");
        }
    }

    /// <summary>The same with what can be seen at once.</summary>
    public static Task TrueAsync(string what, Func<(bool IsTrue, string Seen)> look, TimeSpan? within = null) =>
        TrueAsync(what, () => Task.FromResult(look()), within);

    public static Task EqualAsync<T>(T expected, string what, Func<Task<T>> look, TimeSpan? within = null) =>
        TrueAsync($"{what} is {expected}", async () =>
        {
            var seen = await look();
            return (EqualityComparer<T>.Default.Equals(seen, expected), $"{seen}");
        }, within);

    /// <summary>The same with what can be seen at once.</summary>
    public static Task EqualAsync<T>(T expected, string what, Func<T> look, TimeSpan? within = null) =>
        EqualAsync(expected, what, () => Task.FromResult(look()), within);
}
