# The compiled contract, from its committed artifacts to the members of C arrays:
# VOTA_CREATION_CODE, and VOTA_CODE_HASH of the code that it leaves.
set(artifacts ${PROJECT_SOURCE_DIR}/contracts/artifacts)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${artifacts}/VoteAnchor.creation.hex ${artifacts}/VoteAnchor.build.json)
file(STRINGS ${artifacts}/VoteAnchor.creation.hex creation)
string(REGEX REPLACE "(..)" "0x\\1," VOTA_CREATION_CODE "${creation}")
file(READ ${artifacts}/VoteAnchor.build.json build_facts)
string(JSON code_hash GET ${build_facts} code_hash)
string(REGEX REPLACE "^0x" "" code_hash "${code_hash}")
string(REGEX REPLACE "(..)" "0x\\1," VOTA_CODE_HASH "${code_hash}")
