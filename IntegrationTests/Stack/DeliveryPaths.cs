using System.Text.Json;

namespace IntegrationTests.Stack;

/// <summary>How deliveries came into the batches of a worker, as its status says it.</summary>
internal static class DeliveryPaths
{
    public static async Task AssertAsync(WorkerUnderTest worker, long atLeastDirect, long assembled, long atLeastOverflow = 0)
    {
        var paths = (await worker.StatusAsync()).GetProperty("deliveries");
        Assert.True(Of("direct") >= atLeastDirect && Of("assembled") == assembled && Of("overflow") >= atLeastOverflow, paths.ToString());

        long Of(string path) => paths.GetProperty(path).GetInt64();
    }
}
