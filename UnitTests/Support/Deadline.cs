using Xunit.Sdk;

namespace UnitTests.Support;

/// <summary>Waiting for a signal, with an end: what does not come within it never comes.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task OrTooLate(this Task task, string meaning = "it did not end")
    {
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new XunitException($"{meaning} within {Patience.TotalSeconds} s");
        }
    }

    public static async Task<T> OrTooLate<T>(this Task<T> task, string meaning = "it did not end")
    {
        await ((Task)task).OrTooLate(meaning);
        return await task;
    }
}
