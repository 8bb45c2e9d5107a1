-- SPDX-License-Identifier: Apache-2.0
-- What wrk asks for: proofs by leaf, receipts or states by id, at random. See bench_reads.c.
local ways = {}

function init(args)
  local what = os.getenv("WHAT")
  math.randomseed(7)
  for line in io.lines(os.getenv("LEAVES")) do
    local leaf, id = line:match("^(%S+) (%S+)$")
    if what == "proof" then
      ways[#ways + 1] = "/v1/proofs/" .. leaf
    elseif what == "receipt" then
      ways[#ways + 1] = "/v1/records/" .. id .. "/receipt?form=share"
    else
      ways[#ways + 1] = "/v1/records/" .. id
    end
  end
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
end

function request()
  return wrk.format("GET", ways[math.random(#ways)])
end
