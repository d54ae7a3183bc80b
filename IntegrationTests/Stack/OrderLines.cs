using System.Text;
using System.Text.Json;
using Contracts;

namespace IntegrationTests.Stack;

/// <summary>Orders as the producer reads them and gives them back: one a line.</summary>
internal static class OrderLines
{
    /// <summary>These orders, a line each.</summary>
    public static string Of(IEnumerable<OrderSubmitted> orders) =>
        string.Concat(orders.Select(order => Encoding.UTF8.GetString(Some.Json(order)) + "\n"));

    /// <summary>Whose lines a file holds; nobody's when it is not there.</summary>
    public static HashSet<Guid> Ids(string path) => File.Exists(path)
        ? [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize(line, OrderJson.Default.OrderSubmitted)!.OrderId)]
        : [];
}
