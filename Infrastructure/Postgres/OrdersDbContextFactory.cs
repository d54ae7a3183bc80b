using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Infrastructure.Postgres;

/// <summary>Gives <c>dotnet ef</c> the model. It makes migrations without a database, so there is no address.</summary>
internal sealed class OrdersDbContextFactory : IDesignTimeDbContextFactory<OrdersDbContext>
{
    public OrdersDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<OrdersDbContext>().UseNpgsql().Options);
}
